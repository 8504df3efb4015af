// A server that a test writes as a table, and the programs run against it. "@" in an argument stands for
// "@" and the server's address.
#pragma once

#include "tests/support/process.hpp"
#include "tests/support/raw_server.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace upright::test {

// The longest beginning of a line that is in the table decides; nullopt hangs up. What is not there is OK.
using Script = std::map<std::string, std::optional<std::string>>;

class ScriptedServer {
public:
    explicit ScriptedServer(Script script)
        : script_(std::move(script)), server_([this](const std::string& line) { return answer(line); })
    {
    }

    std::string address() const { return server_.address(); }
    // Without the LOGOUT that may or may not be read before the program has gone.
    std::vector<std::string> requests() const
    {
        auto all = server_.requests();
        std::erase(all, "LOGOUT");
        return all;
    }

    Finished run(std::string_view name, std::vector<std::string> arguments, std::string_view typed = "",
                 std::map<std::string, std::string> extra = {{"NUT_QUIET_OK_NOTRACKING", "true"}}) const
    {
        const Scratch scratch;
        extra.merge(scratch.environment());
        for (auto& argument : arguments)
            if (argument.ends_with('@'))
                argument += address();
        arguments.insert(arguments.begin(), program(name));
        Process process(arguments, extra);
        process.type(typed);
        return process.wait();
    }

private:
    std::optional<std::string> answer(const std::string& line) const
    {
        auto best = script_.end();
        for (auto row = script_.begin(); row != script_.end(); ++row)
            if (line.starts_with(row->first)
                && (best == script_.end() || row->first.size() > best->first.size()))
                best = row;
        return best == script_.end() ? "OK\n" : best->second;
    }

    Script script_;
    RawServer server_;
};

inline void expect(const Finished& got, const Finished& expected)
{
    EXPECT_EQ(got.exit_code, expected.exit_code);
    EXPECT_EQ(got.out, expected.out);
    EXPECT_EQ(got.err, expected.err);
}

// Every refusal of the protocol with what people are told.
inline const std::vector<std::pair<std::string, std::string>> kRefusals{
    {"ACCESS-DENIED", "Access denied"},
    {"UNKNOWN-UPS", "Unknown UPS"},
    {"VAR-NOT-SUPPORTED", "Variable not supported by UPS"},
    {"CMD-NOT-SUPPORTED", "Instant command not supported"},
    {"INVALID-ARGUMENT", "Invalid argument"},
    {"INSTCMD-FAILED", "Instant command failed"},
    {"SET-FAILED", "Set command failed"},
    {"READONLY", "Read-only variable"},
    {"TOO-LONG", "New value is too long"},
    {"INVALID-VALUE", "Invalid value for variable"},
    {"DRIVER-NOT-CONNECTED", "Driver not connected"},
    {"DATA-STALE", "Data stale"},
    {"ALREADY-LOGGED-IN", "Already logged in"},
    {"ALREADY-SET-USERNAME", "Already set username"},
    {"ALREADY-SET-PASSWORD", "Already set password"},
    {"USERNAME-REQUIRED", "Username required"},
    {"PASSWORD-REQUIRED", "Password required"},
    {"UNKNOWN-COMMAND", "Unknown command"},
    {"INVALID-USERNAME", "Invalid username"},
    {"INVALID-PASSWORD", "Invalid password"},
    {"PASSWORD-INCORRECT", "Password incorrect"},
    {"SOMETHING-NEW", "Unknown error"},
};

} // namespace upright::test
