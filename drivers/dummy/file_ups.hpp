// FileUps: a UPS that a .dev or .seq file describes. Owns the values the file and clients have set; reads the
// file again when it changes (once) or over and over (loop). Time is told to it by the clock it is given.
#pragma once

#include "drivers/dummy/definition.hpp"
#include "drivers/runtime/driver.hpp"

#include <filesystem>
#include <functional>

namespace upright::dummy {

enum class Mode { once, loop };

class FileUps final : public Driver {
public:
    using Clock = std::chrono::steady_clock;

    FileUps(std::string path, Mode mode, std::string mode_name,
            std::function<Clock::time_point()> now = Clock::now);

    void open() override;
    Snapshot poll(Depth depth) override;
    Outcome command(std::string_view name, const std::optional<std::string>& parameter) override;
    Outcome set(std::string_view variable, std::string_view value) override;
    std::optional<std::chrono::milliseconds> poll_again_in() const override;

private:
    void read_definition();
    void advance();
    void assign(const std::string& variable, const std::string& value);
    bool file_changed();

    std::string path_;
    Mode mode_;
    std::string mode_name_;
    std::function<Clock::time_point()> now_;
    std::filesystem::file_time_type read_at_{};
    std::vector<Step> steps_;
    std::size_t next_ = 0;                    // of steps_
    std::optional<Clock::time_point> resume_; // a TIMER or the pause between two rounds is running
    Snapshot current_;
    std::vector<std::string> pending_alarms_; // committed at a TIMER or the end
    bool finished_ = false;                   // once: the whole file has been read
    bool off_ = false;                        // load.off
};

// The file that `port` means: absolute, below the working folder (./x), else below the configuration folder.
std::string definition_path(const std::string& port, const std::string& config_dir);

} // namespace upright::dummy
