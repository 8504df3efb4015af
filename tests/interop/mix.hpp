// Mix: drivers of one suite under the upsd of one suite, in a folder of its own, and clients of either. What
// the same client shows in two mixes can be compared as it is: in its words and in what it shows "$" is the
// server's address and "~" the folder.
#pragma once

#include "tests/interop/peers.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace upright::test {

enum class By { us, debian };
std::string whose(By by); // "our ", "Debian's "
std::string replaced(std::string text, const std::string& what, const std::string& by);

// What the folder holds besides who plays which part.
struct Setup {
    std::string sections;           // of ups.conf
    std::vector<std::string> upses; // those whose drivers are started, and waited for
    std::string driver = "dummy-ups";
    std::map<std::string, std::string> files = {}; // name and text
    std::string upsd_conf = {};                    // its further lines; "~" is the folder
    std::string users = "[admin]\npassword = pw\n";
    std::map<std::string, std::string> driver_environment = {}; // besides what all programs have
    std::string ready = "ups.status";                           // the variable that all of them have
};

class Mix {
public:
    Mix(By drivers, By server, const Setup& setup);

    // The parts, when a test wants them later, or again.
    void start_driver(const std::string& ups);
    void stop_drivers() { drivers_.clear(); }
    void start_upsd();

    // What that client prints and how it ends; it is given `input` and then the end of it.
    Finished client(By whose, const std::string& program, std::vector<std::string> arguments,
                    const std::string& input = "") const;
    std::unique_ptr<Process> start_client(By whose, const std::string& program,
                                          std::vector<std::string> arguments) const;
    // The text with "$" and "~", without the remarks of Debian's clients.
    std::string common_form(std::string text) const;

    // Of a dummy-ups: the words of ups.status, visible when this returns.
    bool set_status(const std::string& ups, const std::string& words) const;
    std::string ask(const std::string& request) const { return RawClient(port).ask(request); }
    bool answers(const std::string& request, const std::string& answer) const;

    std::string place(By whose, const std::string& name) const;
    std::string address() const { return "127.0.0.1:" + std::to_string(port); }

    const By drivers;
    const By server;
    Peers peers;
    Scratch scratch;
    int port = free_port();
    std::unique_ptr<Process> upsd;

private:
    std::vector<std::string> command(By whose, const std::string& program,
                                     std::vector<std::string> arguments) const;

    std::string driver_;
    std::map<std::string, std::string> driver_environment_;
    std::vector<std::unique_ptr<Process>> drivers_;
};

} // namespace upright::test
