// Talker: the process in which libpowerman runs, apart from the driver: that library waits without a limit,
// keeps an answer of any length and copies names without measuring them. Whatever it meets, only this process
// ends.
#pragma once

namespace upright::powerman {

// How the driver starts it: <program> --talk <host[:port]> <seconds>, a socket to the driver as its stdin.
//
//     driver > nodes | state <node> | on <node> | off <node> | cycle <node>
//     talker < = <node>, for each; or = on, off, unknown
//     talker < done | refused <code> <text> | lost <text>
//
// It begins with an answer of its own: whether it is connected. It ends when the driver hangs up, after
// "lost", and by itself when one request takes longer than <seconds>.
constexpr const char* kTalk = "--talk";

bool is_talker(int argc, char** argv);
int talk(int argc, char** argv);

} // namespace upright::powerman
