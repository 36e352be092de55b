// Reads profiles with speedscope's own importer, from its npm package, and prints what it
// understood: for each file a JSON line {file, profiles: [{name, unit, total, frames: {NAME:
// [self, total]}}]}. The package holds a bundle for a browser, so that it runs in a context with
// just enough of one, up to where it would draw. Exits 77 where the bundle is not as expected.
//
//     node speedscope_read.js FOLDER_OF_THE_PACKAGE FILE...
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');

function bundle(folder) {
	const release = path.join(folder, 'dist', 'release');
	const name = fs.readdirSync(release).find((file) => /^speedscope-\w+\.js$/.test(file));
	const text = name && fs.readFileSync(path.join(release, name), 'utf8');
	const found = text && /\(await (\w+)\)\.importProfilesFromArrayBuffer\(/.exec(text);
	const start = text ? text.lastIndexOf('console.log(`speedscope v') : -1;
	if (!found || start < 0) {
		console.error(`no importer is found in ${release}`);
		process.exit(77);
	}
	return `${text.slice(0, start)}globalThis.importer = ${found[1]}; })();`;
}

// What the bundle touches while it loads; everything that it asks of it is another nothing.
function nothing() {
	const empty = new Proxy(function () {}, {
		get: (target, key) => (key === Symbol.toPrimitive ? () => '' : key === 'length' ? 0 : empty),
		set: () => true,
		apply: () => empty,
		construct: () => empty,
	});
	return empty;
}

async function main() {
	const [folder, ...files] = process.argv.slice(2);
	const context = vm.createContext({
		console, TextDecoder, TextEncoder, URL, setTimeout, clearTimeout, performance, atob, btoa,
		document: nothing(), navigator: { userAgent: '', platform: '' }, localStorage: nothing(),
		location: { hash: '', protocol: 'file:', href: 'file:///' }, matchMedia: nothing(),
	});
	context.window = context.self = context;
	context.addEventListener = () => {};
	vm.runInContext(bundle(folder), context, { filename: 'speedscope' });
	const importer = await vm.runInContext('importer', context);
	for (const file of files) {
		const bytes = fs.readFileSync(file);
		const buffer = vm.runInContext(`new ArrayBuffer(${bytes.length})`, context);
		new Uint8Array(buffer).set(bytes);
		const group = await importer.importProfilesFromArrayBuffer(path.basename(file), buffer);
		const profiles = !group ? [] : group.profiles.map((profile) => {
			const frames = {};
			profile.forEachFrame((frame) => {
				const sums = (frames[frame.name] = frames[frame.name] || [0, 0]);
				sums[0] += frame.getSelfWeight();
				sums[1] += frame.getTotalWeight();
			});
			return {
				name: profile.getName(), unit: profile.getWeightUnit(),
				total: profile.getTotalNonIdleWeight(), frames,
			};
		});
		console.log(JSON.stringify({ file: path.basename(file), profiles }));
	}
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
