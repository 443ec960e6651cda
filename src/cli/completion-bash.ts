import type { Command } from './commands.ts';
import {
  firstWords,
  helping,
  helpOption,
  offerOf,
  secondWords,
  valueOffer,
  versionOption,
} from './completion-words.ts';

/** The completion for bash. It needs nothing of the package bash-completion, so that it can be sourced as it is. */
export function bashCompletion(commands: readonly Command[]): string {
  return `# bash completion for kured-host(1), made from its table of commands by "kured-host completion bash".
_kured_host() {
	local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} at=1 command options='' offer=nothing
	# An option and its value with = between them arrive as three words.
	if [[ $cur == '=' ]]; then
		cur=''
	elif [[ $prev == '=' ]]; then
		prev=\${COMP_WORDS[COMP_CWORD - 2]}
	fi
	# Behind "${helping}" stands the name of a command, and nothing else.
	((COMP_CWORD > 1)) && [[ \${COMP_WORDS[1]} == ${helping} ]] && at=2
	command=\${COMP_WORDS[at]}
	if ((COMP_CWORD == at)); then
		offer='${texts(firstWords(commands))}'
		((at == 1)) && options='${texts([helpOption, versionOption])}'
	else
		case $command in
${secondWords(commands)
  .map(([first, seconds]) => ofGroup(first, texts(seconds)))
  .join('\n')}
		esac
		((at == 1)) && case $command in
${commands.map(ofCommand).join('\n')}
		esac
	fi
	if [[ -n $options && $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
	elif [[ $offer == files ]]; then
		# Nothing of ours: readline completes the name of a file.
		compopt -o default
	elif [[ $offer != nothing ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$offer" -- "$cur")
	fi
}
complete -F _kured_host kured-host
`;
}

function ofGroup(first: string, seconds: string): string {
  return `		${first}) if ((COMP_CWORD == at + 1)); then offer='${seconds}'; else command+=" \${COMP_WORDS[at + 1]}"; fi ;;`;
}

/** Its options; and what can stand here, which is a value where an option that takes one stands before. */
function ofCommand({ name, options, operands }: Command): string {
  const names = [...Object.keys(options).map((option) => ({ text: `--${option}` })), helpOption];
  const values = Object.entries(options).flatMap(([option, { value }]) =>
    value === undefined ? [] : [`			--${option}) options='' offer=${shown(valueOffer(value))} ;;`],
  );
  const operand = operands[0] === undefined ? '' : ` offer=${shown(offerOf(operands[0]))}`;
  const before = values.length === 0 ? [] : ['			case $prev in', ...values, '			esac'];
  return [`		'${name}')`, `			options='${texts(names)}'${operand}`, ...before, '			;;'].join('\n');
}

function shown(offer: ReturnType<typeof offerOf>): string {
  return typeof offer === 'string' ? offer : `'${offer.join(' ')}'`;
}

function texts(all: readonly { readonly text: string }[]): string {
  return all.map(({ text }) => text).join(' ');
}
