// A running `upsim-usb` for a test: UPSes on a simulated USB, seen by programs in its environment.
#pragma once

#include "tests/support/process.hpp"

#include <csignal>
#include <sstream>

namespace upright::test {

class UsbSimulator {
public:
    // Devices are "<bridge>[:<serial>]".
    explicit UsbSimulator(const std::vector<std::string>& devices, const std::string& dialect = "megatec")
        : upsim_(command(devices, dialect), scratch_.environment())
    {
        ready_ = eventually([this] { return upsim_.out().find("ready\n") != std::string::npos; });
        std::istringstream lines(upsim_.out());
        for (std::string line; std::getline(lines, line);)
            if (const auto equals = line.find('='); equals != line.npos)
                seen_in_.emplace(line.substr(0, equals), line.substr(equals + 1));
    }

    UsbSimulator(const UsbSimulator&) = delete;
    UsbSimulator& operator=(const UsbSimulator&) = delete;
    ~UsbSimulator() // gently: it has a folder to remove
    {
        upsim_.signal(SIGTERM);
        upsim_.wait();
    }

    bool ready() const noexcept { return ready_; }
    const Scratch& scratch() const noexcept { return scratch_; }
    Process& process() noexcept { return upsim_; }

    // Where programs see the devices: `base` and what umockdev needs.
    std::map<std::string, std::string> environment(std::map<std::string, std::string> base) const
    {
        base.insert(seen_in_.begin(), seen_in_.end());
#ifdef __SANITIZE_ADDRESS__
        base.emplace("ASAN_OPTIONS", "verify_asan_link_order=0"); // umockdev comes first
#endif
        return base;
    }
    std::map<std::string, std::string> environment() const { return environment(scratch_.environment()); }

    // One request, as "ups1 unplug"; its answer up to OK or ERR.
    std::string ctl(const std::string& request) const
    {
        RawClient client(scratch_.file("usb.ctl"));
        client.send(request + "\n");
        std::string all;
        while (const auto line = client.line())
            all += *line + "\n";
        return all;
    }

private:
    std::vector<std::string> command(const std::vector<std::string>& devices,
                                     const std::string& dialect) const
    {
        std::vector<std::string> words{UPRIGHT_UPSIM_USB, "--control", scratch_.file("usb.ctl"), "--dialect",
                                       dialect};
        for (const auto& device : devices)
            words.insert(words.end(), {"--device", device});
        return words;
    }

    Scratch scratch_;
    Process upsim_;
    std::map<std::string, std::string> seen_in_;
    bool ready_ = false;
};

} // namespace upright::test
