// UsbHidDriver: a UPS that speaks the Power Device Class of HID, or something like it, by its map. It owns
// the source of the device and what is known of it. What the device says by itself comes by a thread of its
// own.
#pragma once

#include "drivers/runtime/driver.hpp"
#include "drivers/usbhid/hid_maps.hpp"
#include "drivers/usbhid/known.hpp"
#include "drivers/usbhid/source.hpp"
#include "drivers/usbhid/ups_status.hpp"

#include <condition_variable>
#include <mutex>

namespace upright::usbhid {

using Now = std::function<std::chrono::steady_clock::time_point()>;

class UsbHidDriver final : public Driver {
public:
    // DeviceError (fatal) if an option makes no sense.
    UsbHidDriver(const DriverOptions& options, std::unique_ptr<Source> source, HidMaps maps,
                 Now now = std::chrono::steady_clock::now);
    ~UsbHidDriver() override;

    void open() override;
    Snapshot poll(Depth depth) override;
    Outcome command(std::string_view name, const std::optional<std::string>& said) override;
    Outcome set(std::string_view variable, std::string_view value) override;
    Outcome power_off() override;
    void reload(const DriverOptions& options) override;
    std::chrono::seconds full_poll_interval() const override { return full_poll_interval_; }
    int tolerated_failures() const override { return 2; }
    void on_event(std::function<void()> tell) override;
    std::optional<Snapshot> heard() override;

private:
    using ReportKey = std::pair<hid::ReportType, std::uint8_t>;

    // Rows that the open device has fields for.
    template <class Row>
    struct Bound {
        const Row* row;
        const hid::Field* field;
    };
    template <class Row>
    static std::vector<Bound<Row>> bind(const std::vector<Row>& rows, const Reports& reports);

    // Finding out.
    const HidMap& map_of_device();
    std::string read_descriptor();
    void bind_rows();
    void drop_shadowed_rows();
    std::set<ReportKey> due(Depth depth) const;
    void read(const std::set<ReportKey>& due);
    bool read(const ReportKey& key);
    void note_dead_walk();
    Snapshot complete_snapshot();
    void hear(const std::optional<std::string>& packet);
    void tell();
    void wait_for_event();
    void check_silence();
    void want_open() const;

    // Telling; mutex_ is held.
    Snapshot snapshot();
    std::optional<std::string> text_of(const Meaning& meaning, double value);
    void add_names(Snapshot& snapshot);
    void add_values(Snapshot& snapshot);
    void add_settings(Snapshot& snapshot) const;
    void add_commands(Snapshot& snapshot) const;
    void add_status(Snapshot& snapshot);

    // Writing.
    const Bound<CommandRow>* find_command(std::string_view name) const;
    using Order = std::vector<std::pair<const Bound<CommandRow>*, std::optional<std::string>>>;
    Outcome run(const Order& order, std::optional<std::string_view> start_auto);
    std::optional<double> value_of(const CommandRow& row, const std::optional<std::string>& parameter);
    void add_start_auto(std::vector<std::pair<const hid::Field*, double>>& writes, std::string_view value);
    const Bound<ValueRow>* find_setting(std::string_view variable) const;
    Outcome keep(const SettingRow& row, const hid::Field& field, std::string_view value);
    bool packs_delay(const hid::UsagePath& path) const;
    bool can_write(const hid::Field& field, double value) const;
    void write(const hid::Field& field, double value);
    std::optional<double> number_of(const ValueRow& row, std::string_view text);
    std::string setting(std::string_view variable) const;
    void write_options();

    DriverOptions options_;
    std::unique_ptr<Source> source_;
    HidMaps maps_;
    Now now_;
    std::optional<std::chrono::seconds> full_poll_option_;
    std::chrono::seconds full_poll_interval_{30};
    std::chrono::steady_clock::time_point not_before_{}; // waitbeforereconnect
    std::optional<std::chrono::steady_clock::time_point> last_reset_;
    bool poll_only_ = false;
    bool interrupt_only_ = false;
    bool short_reports_ = false; // maxreport
    int tolerated_silence_ = -1; // polls without an event; -1: any number
    int dead_walks_ = 0;         // in a row
    int silent_polls_ = 0;
    bool source_told_ = false; // OL or OB was in the last snapshot
    bool changed_ = false;     // something was written since the last poll
    std::map<ReportKey, int> misses_;
    std::map<std::string, std::string, std::less<>> settings_; // those the driver keeps

    // Shared with the thread that hears.
    std::mutex mutex_;
    const HidMap* map_ = nullptr; // of the open device
    std::unique_ptr<Known> known_;
    std::vector<Bound<ValueRow>> values_;
    std::vector<Bound<StatusRow>> status_;
    std::vector<Bound<CommandRow>> commands_;
    std::vector<Bound<SettingRow>> kept_;
    UpsStatus ups_status_;
    std::optional<Snapshot> last_; // as long as nothing has changed since
    bool ready_ = false;           // a first complete reading was made
    bool gone_ = false;
    unsigned events_ = 0;
    std::condition_variable heard_something_;

    std::mutex tell_mutex_;
    std::function<void()> tell_;
};

} // namespace upright::usbhid
