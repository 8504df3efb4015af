// MegatecDriver: a UPS of the Megatec family behind any Link. It owns the link, the settings that the family
// keeps in the driver (delays), and the last reading of each query.
#pragma once

#include "drivers/io/link.hpp"
#include "drivers/megatec/answer.hpp"
#include "drivers/megatec/battery.hpp"
#include "drivers/megatec/delays.hpp"
#include "drivers/megatec/leaps.hpp"
#include "drivers/megatec/line.hpp"
#include "drivers/runtime/driver.hpp"

namespace upright::megatec {

using Now = std::function<std::chrono::steady_clock::time_point()>;

class MegatecDriver final : public Driver {
public:
    // `dialects` in the order in which they are tried. DeviceError (fatal) if an option makes no sense.
    MegatecDriver(const DriverOptions& options, std::unique_ptr<io::Link> link, std::vector<Dialect> dialects,
                  Now now = std::chrono::steady_clock::now);

    void open() override;
    Snapshot poll(Depth depth) override;
    Outcome command(std::string_view name, const std::optional<std::string>& parameter) override;
    Outcome set(std::string_view variable, std::string_view value) override;
    Outcome power_off() override;
    void reload(const DriverOptions& options) override;
    std::chrono::seconds full_poll_interval() const override { return full_poll_interval_; }
    int tolerated_failures() const override { return 3; }
    std::optional<std::chrono::milliseconds> poll_again_in() const override;

private:
    // What one query of the dialect last yielded.
    struct Source {
        const Query* query = nullptr;
        Readings readings;
        Leaps leaps;
        int failures = 0;     // in a row
        bool refused = false; // the device does not know the question
    };

    void detect();
    void read_settings(const Dialect& dialect);
    void check_option(const Setting& setting) const;
    void read_at_start();
    void write_options();

    std::string ask_once_in_a_poll(const std::string& question, const Query& query);
    void refresh(Source& source); // DeviceError if the answer is none
    void read(Source& source);
    void confirm(Source& source, const WordList& before);
    bool try_refresh(Source& source);
    bool is_wanted(const Source& source) const;
    const std::string* reading(std::string_view variable) const;
    Words known() const;
    Snapshot snapshot() const;
    void add_commands(Snapshot& snapshot) const;
    void add_settings(Snapshot& snapshot) const;

    Sends sends_of(const Command& command) const;
    Outcome send(const Sends& sends, const Delays& delays);
    Outcome send(const std::string& text);
    Outcome write(const Setting& setting, std::string_view value);
    Outcome switch_beeper(bool on);
    bool beeper_known() const;
    Range range_of(const Setting& setting) const;
    Delays delays() const;
    void want_open() const; // DeviceError if no device is open

    DriverOptions options_;
    std::unique_ptr<io::Link> link_;
    Line line_;
    std::vector<Dialect> dialects_;
    Now now_;
    HasFlag has_flag_;
    Battery battery_;
    std::chrono::seconds full_poll_interval_{30};
    const Dialect* dialect_ = nullptr; // of the open device
    std::vector<Source> sources_;
    std::map<std::string, int, std::less<>> settings_;        // those the driver keeps
    std::map<std::string, std::string, std::less<>> answers_; // of this poll
    bool changed_ = false;  // a command or setting succeeded since the last poll
    bool doubtful_ = false; // something was held back, so the next poll asks for everything
};

} // namespace upright::megatec
