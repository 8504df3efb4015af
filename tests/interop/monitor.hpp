// Monitor: an upsmon that protects nothing. What it would do is written to a journal, which several may
// share: lines "<name>: <type> <ups> <text>" by its NOTIFYCMD and "<name>: shut down" by its SHUTDOWNCMD.
#pragma once

#include "tests/interop/mix.hpp"

#include <string>
#include <vector>

namespace upright::test {

struct Duty {
    std::string name = "upsmon";
    std::string monitor;      // "u@$ 1 mon pw primary", a line of MONITOR
    std::string more = {};    // further lines of upsmon.conf
    std::string address = {}; // "$", if that is not the server's own
};

class Monitor {
public:
    // Talks to the upsd of `mix`, whose address it calls "$"; the journal is in the folder of `mix`.
    Monitor(By by, const Mix& mix, Duty duty);

    std::vector<std::string> journal() const;                   // so far; of all who share it
    bool writes(const std::string& entry, int times = 1) const; // soon; without the name
    bool is_shut_down() const { return writes("shut down"); }
    // upsmon -c fsd
    Finished force_shutdown() const;
    void kill() const; // the process that does the work, without a chance to say good-bye

    Scratch scratch;
    std::unique_ptr<Process> process;

private:
    std::string conf() const;
    std::string address() const;
    std::string script(const std::string& file, const std::string& line) const;

    By by_;
    const Mix& mix_;
    Duty duty_;
};

} // namespace upright::test
