// A running `upsim` for a test: UPSes on pseudo terminals in a scratch folder.
#pragma once

#include "tests/support/process.hpp"

namespace upright::test {

class Simulator {
public:
    explicit Simulator(std::vector<std::string> options = {}, int count = 1)
        : upsim_(command(std::move(options), count), scratch_.environment())
    {
        ready_ = eventually([this] { return upsim_.out().find("ready\n") != std::string::npos; });
    }

    bool ready() const noexcept { return ready_; }
    std::string port(int ups = 1) const { return scratch_.file("ups" + std::to_string(ups)); }
    const Scratch& scratch() const noexcept { return scratch_; }
    Process& process() noexcept { return upsim_; }

    // upsim ctl <words>; its output, or what it complained of.
    std::string ctl(const std::vector<std::string>& words) const
    {
        std::vector<std::string> command{program("upsim"), "ctl", "--control", scratch_.file("upsim.ctl")};
        command.insert(command.end(), words.begin(), words.end());
        const auto done = run(command, scratch_.environment());
        return done.exit_code == 0 ? done.out : done.err;
    }
    // One line of `ups1 status`.
    std::string status(const std::string& name) const
    {
        const auto all = "\n" + ctl({"ups1", "status"});
        const auto at = all.find("\n" + name + ": ");
        if (at == std::string::npos)
            return "<none>";
        const auto from = at + name.size() + 3;
        return all.substr(from, all.find('\n', from) - from);
    }

private:
    std::vector<std::string> command(std::vector<std::string> options, int count) const
    {
        std::vector<std::string> words{program("upsim"), "run",     "--dir",
                                       scratch_.path(),  "--count", std::to_string(count)};
        words.insert(words.end(), options.begin(), options.end());
        return words;
    }

    Scratch scratch_;
    Process upsim_;
    bool ready_ = false;
};

} // namespace upright::test
