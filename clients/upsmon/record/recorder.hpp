// Recorder: writes what upsmon observes and does to a file, as it happens. It owns the file, which is
// bounded: a full one becomes FILE.1, FILE.1 becomes FILE.2 and so on. Whatever goes wrong ends the
// recording, never upsmon.
#pragma once

#include "clients/upsmon/decision/action.hpp"
#include "clients/upsmon/decision/observation.hpp"
#include "common/result.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

class Recorder {
public:
    static constexpr std::size_t kLargest = std::size_t{16} * 1024 * 1024; // what --replay still reads
    static constexpr int kKept = 4;                                        // older files
    static constexpr Duration kFlush{3000};

    // What stands in the file from an earlier run is kept as FILE.1: its times have nothing to do with ours.
    static Result<std::unique_ptr<Recorder>> open(std::string path, const Policy& policy,
                                                  std::size_t largest = kLargest);

    ~Recorder();
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    void take(const Observation& observation, const std::vector<Action>& actions);
    void adopt(const Policy& policy); // a reload

    void flush(); // also done in time by take()
    bool recording() const noexcept { return fd_ >= 0; }

private:
    // What a new file begins with, so that it can be played alone.
    struct Known {
        std::optional<Reading> reading;
        std::optional<Silence> silence; // since then
        std::optional<Occurrence> login;
    };

    Recorder(std::string path, const Policy& policy, std::size_t largest);

    Result<void> begin_file();
    void begin_next_file(Instant at);
    void remember(const Observation& observation);
    void append(const std::string& text);
    void give_up(const Error& error);

    std::string path_;
    Policy policy_;
    std::size_t largest_;
    int fd_ = -1;
    std::size_t size_ = 0; // of the file, with what waits
    std::string waiting_;
    Instant flushed_{0};
    std::map<std::string, Known> known_; // by UPS
};

} // namespace upright::upsmon
