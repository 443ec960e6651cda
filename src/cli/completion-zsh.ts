import type { Command, Option } from './commands.ts';
import {
  firstWords,
  helping,
  helpOption,
  offerOf,
  secondWords,
  valueOffer,
  versionOption,
  type Word,
} from './completion-words.ts';

/** The completion for zsh, as a file of its function path. */
export function zshCompletion(commands: readonly Command[]): string {
  return `#compdef kured-host
# zsh completion for kured-host(1), made from its table of commands by "kured-host completion zsh".
local help=0
# Behind "${helping}" stands the name of a command, and nothing else.
if [[ CURRENT -gt 2 && $words[2] == ${helping} ]]; then
	help=1
	shift words
	((CURRENT--))
fi
if ((CURRENT == 2)); then
	local -a names=(${described(firstWords(commands))})
	local -a options=(${described([helpOption, versionOption])})
	_describe -t commands command names
	((help)) || _describe -o -t options option options
	return
fi
local command=$words[2]
case $command in
${secondWords(commands).map(ofGroup).join('\n')}
esac
shift words
((CURRENT--))
((help)) && return
case $command in
${commands.map(ofCommand).join('\n')}
esac
`;
}

function ofGroup([first, seconds]: readonly [string, readonly Word[]]): string {
  return `${first})
	if ((CURRENT == 3)); then
		local -a names=(${described(seconds)})
		_describe -t commands '${first} command' names
		return
	fi
	command+=" $words[3]"
	shift words
	((CURRENT--))
	;;`;
}

function ofCommand({ name, options, operands }: Command): string {
  const specs = [
    ...Object.entries(options).map(([option, row]) => optionSpec(`--${option}`, row)),
    optionSpec(helpOption.text, { type: 'boolean', summary: helpOption.summary }),
    ...operands.map((operand) => {
      const position = operand.rest === true ? '*' : '';
      const action = operand.rest === true ? ' ' : actionOf(offerOf(operand));
      return quoted(`${position}${operand.optional && position === '' ? ':' : ''}:${operand.name}:${action}`);
    }),
  ];
  return `${quoted(name)}) _arguments ${specs.join(' ')} ;;`;
}

function optionSpec(name: string, { value, summary }: Option): string {
  const told = summary.replaceAll(/[\][:\\]/g, '\\$&');
  return quoted(value === undefined ? `${name}[${told}]` : `${name}=[${told}]:${value}:${actionOf(valueOffer(value))}`);
}

/** A space stands for "nothing that could be completed". */
function actionOf(offer: ReturnType<typeof offerOf>): string {
  if (offer === 'files') return '_files';
  return offer === 'nothing' ? ' ' : `(${offer.join(' ')})`;
}

function described(words: readonly Word[]): string {
  return words.map(({ text, summary }) => quoted(`${text}:${summary.replaceAll(':', '\\:')}`)).join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
