// Audit: who did what to which UPS, from where, and what came of it: one log line for each, and the same line
// with its time in AUDITLOG's file, which is only ever appended to.
#pragma once

#include "common/result.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace upright::upsd {

struct Client;

struct Deed {
    std::string_view action;  // LOGIN, SET, INSTCMD ...
    std::string_view ups{};   // empty: none
    std::string_view what{};  // variable or command
    std::string_view value{}; // what it was to become, or the command's parameter
    std::string_view result;  // OK, or the word behind ERR
    std::string_view tracking{};
};

class Audit {
public:
    Audit() = default;
    Audit(const Audit&) = delete;
    Audit& operator=(const Audit&) = delete;
    ~Audit();

    // Appends to that file from now on; opened anew each time, since the old one may have been moved away. If
    // it can't be opened, what was open stays.
    Result<void> open(const std::optional<std::string>& path);

    // Of refusals no more than 20 a second are written one by one, the others counted: nobody without a
    // password shall fill a disk.
    void record(const Client& client, const Deed& deed);
    // What a tracked deed came to, whoever asked for it.
    void record_outcome(std::string_view ups, std::string_view tracking, std::string_view result);

private:
    void write(const std::string& line);
    bool is_flood(std::string_view result);

    std::chrono::steady_clock::time_point second_{}; // that refusals are counted in
    long refusals_ = 0;
    int fd_ = -1;
    bool failing_ = false;
};

// "audit action=SET user=admin proven=yes from=192.0.2.7 tls=no ups=desk what=ups.id value="rack 7"
// result=OK"
std::string audit_line(const Client& client, const Deed& deed);

} // namespace upright::upsd
