/* Loops that the rule mends; after.c is what it makes of them. */
#include <stdio.h>
#include <string.h>

int
count_blanks(const char *text)
{
	int count = 0;
	for (size_t i = 0; i < strlen(text); i++) {
		if (text[i] == ' ')
			count++;
	}
	return count;
}

void
copy_folded(char *out, const char *text)
{
	size_t i;

	for (i = 0; i < strlen(text); i++)
		out[i] = text[i] | 0x20;	/* as it was */
	out[i] = '\0';
}

void
print_some(const char *line, int most)
{
	int i = 0;
	while (i < (int)strlen(line) && i < most) {
		putchar(line[i]);
		i++;
	}
}

/* Two loops in one block: two names. The first choice is taken by a variable. */
int
compare_twice(const char *key, int key_length)
{
	size_t i;
	int sum = key_length;
	for (i = 0; i < strlen(key); i++)
		sum += key[i];
	for (i = 0; i != strlen(key); i++)
		sum -= strchr("aeiou", key[i]) != NULL;
	return sum;
}
