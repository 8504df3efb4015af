// Change: the only way a State changes. The driver socket carries it, the server's subscribers receive it,
// and tests assert on it. The comment behind each kind is its word in the driver protocol.
#pragma once

#include "common/state/variable.hpp"

#include <string>
#include <variant>

namespace upright {

// clang-format off
struct SetValue       { std::string variable, value;    bool operator==(const SetValue&) const = default; };       // SETINFO
struct RemoveVariable { std::string variable;           bool operator==(const RemoveVariable&) const = default; }; // DELINFO
struct AddEnum        { std::string variable, value;    bool operator==(const AddEnum&) const = default; };        // ADDENUM
struct RemoveEnum     { std::string variable, value;    bool operator==(const RemoveEnum&) const = default; };     // DELENUM
struct AddRange       { std::string variable; Range range; bool operator==(const AddRange&) const = default; };    // ADDRANGE
struct RemoveRange    { std::string variable; Range range; bool operator==(const RemoveRange&) const = default; }; // DELRANGE
struct SetMaxLength   { std::string variable; int length = 0; bool operator==(const SetMaxLength&) const = default; }; // SETAUX
struct SetFlags       { std::string variable; Flags flags; bool operator==(const SetFlags&) const = default; };    // SETFLAGS
struct AddCommand     { std::string command;            bool operator==(const AddCommand&) const = default; };     // ADDCMD
struct RemoveCommand  { std::string command;            bool operator==(const RemoveCommand&) const = default; };  // DELCMD
struct SetFresh       { bool fresh = false;             bool operator==(const SetFresh&) const = default; };       // DATAOK, DATASTALE
// clang-format on

using Change = std::variant<SetValue, RemoveVariable, AddEnum, RemoveEnum, AddRange, RemoveRange,
                            SetMaxLength, SetFlags, AddCommand, RemoveCommand, SetFresh>;

std::string to_string(const Change& change); // for logs and test failures

} // namespace upright
