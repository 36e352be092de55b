/* What the rule makes of before.c. */
#include <stdio.h>
#include <string.h>

int
count_blanks(const char *text)
{
	int count = 0;
	size_t text_length = strlen(text);
	for (size_t i = 0; i < text_length; i++) {
		if (text[i] == ' ')
			count++;
	}
	return count;
}

void
copy_folded(char *out, const char *text)
{
	size_t i;

	size_t text_length = strlen(text);
	for (i = 0; i < text_length; i++)
		out[i] = text[i] | 0x20;	/* as it was */
	out[i] = '\0';
}

void
print_some(const char *line, int most)
{
	int i = 0;
	size_t line_length = strlen(line);
	while (i < (int) line_length && i < most) {
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
	size_t key_length2 = strlen(key);
	for (i = 0; i < key_length2; i++)
		sum += key[i];
	size_t key_length3 = strlen(key);
	for (i = 0; i != key_length3; i++)
		sum -= strchr("aeiou", key[i]) != NULL;
	return sum;
}
