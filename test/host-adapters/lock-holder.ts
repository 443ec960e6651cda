/** Holds a write lock by fcntl(2) on the file of its argument, as dpkg and rpm do, until its standard input ends. */
import { openSync } from 'node:fs';
import koffi from 'koffi';

const [F_SETLK, F_WRLCK] = [6, 1];
const fcntl = koffi.load('libc.so.6').func('int fcntl(int, int, ...)');
const lock = Buffer.alloc(32);
lock.writeInt16LE(F_WRLCK, 0);
const fd = openSync(process.argv[2] ?? '', 'r+');
if (fcntl(fd, F_SETLK, 'void *', lock) !== 0) throw new Error(`cannot lock: errno ${koffi.errno()}`);
process.stdout.write('locked\n');
process.stdin.resume();
