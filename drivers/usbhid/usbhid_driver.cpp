// Finding the device out and reading it. What it is told to do is in usbhid_control.cpp, what is published in
// usbhid_snapshot.cpp.
#include "drivers/usbhid/usbhid_driver.hpp"

#include "common/daemon/log.hpp"
#include "common/text/hex.hpp"
#include "common/text/number.hpp"
#include "drivers/io/usb/usb_transfers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upright::usbhid {
namespace {

using namespace std::chrono_literals;
using hid::ReportType;
using io::UsbError;

constexpr int kMissesBeforeForgetting = 3; // of one report, in a row
constexpr int kDeadWalksBeforeReset = 2;   // in a row
constexpr std::size_t kShortReport = 8;    // bytes, with maxreport
constexpr int kRoundsOfQuestions = 4;
constexpr int kLongestInterval = 86400; // s

constexpr std::string_view kGeneric = "generic";

// While it lives the transport is in a burst.
class Burst {
public:
    explicit Burst(hid::Transport& transport) : transport_(transport) { transport_.begin_burst(); }
    Burst(const Burst&) = delete;
    Burst& operator=(const Burst&) = delete;
    ~Burst() { transport_.end_burst(); }

private:
    hid::Transport& transport_;
};

bool wants_short_reports(const io::UsbDescription& device)
{
    constexpr std::uint16_t kApc = 0x051D;
    return device.vendor_id == kApc
           && (device.product.starts_with("Back-UPS CS") || device.product.starts_with("Back-UPS ES 525"));
}

} // namespace

UsbHidDriver::UsbHidDriver(const DriverOptions& options, std::unique_ptr<Source> source, HidMaps maps,
                           Now now)
    : options_(options), source_(std::move(source)), maps_(std::move(maps)), now_(std::move(now)),
      ups_status_(options)
{
    if (options.flag("pollfreq"))
        full_poll_option_ = std::chrono::seconds(options.number("pollfreq", 0, kLongestInterval, 30));
    poll_only_ = options.flag("pollonly");
    interrupt_only_ = options.flag("interruptonly");
    tolerated_silence_ = options.number("interrupt_pipe_no_events_tolerance", -1, 1'000'000, -1);
    options.number("lowbatt", 0, 100, 0); // DeviceErrors, if they are none
    options.number("ondelay", -1, 599940, 0);
    options.number("offdelay", 0, 599940, 0);
    options.number("waitbeforereconnect", 0, 3600, 0);
    source_->on_arrival([this] { tell(); });
}

UsbHidDriver::~UsbHidDriver() { source_->transport().stop_listening(); }

// ---- finding out ---------------------------------------------------------------------------------------

const HidMap& UsbHidDriver::map_of_device()
{
    const auto name = source_->map();
    return maps_.get(name.empty() ? kGeneric : std::string_view(name));
}

void UsbHidDriver::open()
{
    source_->transport().stop_listening();
    {
        const std::lock_guard held(mutex_);
        if (known_)
            not_before_ = now_() + std::chrono::seconds(options_.number("waitbeforereconnect", 0, 3600, 0));
        known_.reset();
        last_.reset();
        ready_ = false;
        gone_ = false;
    }
    if (now_() < not_before_)
        throw DeviceError("waiting before reconnecting", DeviceError::Kind::lost);
    source_->open();
    auto descriptor = hid::parse_report_descriptor(read_descriptor());
    const auto& device = source_->device();
    const auto& map = map_of_device();
    if (!options_.flag("disable_fix_report_desc"))
        for (const auto* const repair : map.repairs)
            if (repair->mend(descriptor, device))
                log::debug(1, "{}: the report descriptor was mended ({})", device.ids(), repair->name);
    log::info("{} {} ({}) at {}/{}: map {}, {} fields", escaped(device.vendor), escaped(device.product),
              device.ids(), device.bus, device.device, map.name, descriptor.fields.size());
    {
        const std::lock_guard held(mutex_);
        map_ = &map;
        known_ = std::make_unique<Known>(map, std::move(descriptor), device, source_->quirk(), options_);
        bind_rows();
        ups_status_.begin(device.product, device.vendor);
    }
    full_poll_interval_ = full_poll_option_.value_or(map.full_poll_interval);
    short_reports_ = options_.flag("maxreport") || wants_short_reports(device);
    dead_walks_ = silent_polls_ = 0;
    misses_.clear();
    source_told_ = false;
    if (!poll_only_ && !map.no_interrupts && source_->quirk() != "disable-interrupt-pipe")
        source_->transport().listen([this](const auto& packet) { hear(packet); });
}

// A device that doesn't even say what it has is reset, once in a while.
std::string UsbHidDriver::read_descriptor()
{
    try {
        return source_->transport().report_descriptor();
    } catch (const DeviceError& e) {
        constexpr auto kBetweenResets = 60s;
        if (last_reset_ && now_() - *last_reset_ < kBetweenResets)
            throw DeviceError(e.what(), DeviceError::Kind::lost);
        log::warning("{}: {}", source_->device().ids(), escaped(e.what()));
        last_reset_ = now_();
        source_->transport().reset();
        source_->open();
        return source_->transport().report_descriptor();
    }
}

template <class Row>
std::vector<UsbHidDriver::Bound<Row>> UsbHidDriver::bind(const std::vector<Row>& rows, const Reports& reports)
{
    std::vector<Bound<Row>> bound;
    for (const auto& row : rows)
        if (const auto* const field = reports.find(row.path))
            bound.push_back({&row, field});
    return bound;
}

void UsbHidDriver::bind_rows()
{
    const auto& reports = known_->reports();
    values_ = bind(map_->values, reports);
    status_ = bind(map_->status, reports);
    commands_ = bind(map_->commands, reports);
    kept_ = bind(map_->settings, reports);
    for (const auto& [row, field] : kept_) { // what a client has set stays, though the device was away
        const auto option = row->variable == "ups.delay.start"      ? options_.text("ondelay")
                            : row->variable == "ups.delay.shutdown" ? options_.text("offdelay")
                                                                    : std::nullopt;
        settings_.emplace(row->variable, option.value_or(row->fallback));
    }
}

// Of several rows of one variable the first that tells something counts from now on, so that no more is read
// than that.
void UsbHidDriver::drop_shadowed_rows()
{
    std::set<std::string_view> told;
    std::erase_if(values_, [&](const auto& bound) {
        const auto& [row, field] = bound;
        if (row->variable == "ups.alarm")
            return false;
        if (told.contains(row->variable))
            return true;
        if (row->only_if != nullptr && !row->only_if->holds(*known_))
            return true;
        const auto value = known_->reports().value(*field);
        if (value && text_of(row->meaning, *value))
            told.insert(row->variable);
        return false;
    });
}

// ---- reading -------------------------------------------------------------------------------------------

std::set<UsbHidDriver::ReportKey> UsbHidDriver::due(Depth depth) const
{
    std::set<ReportKey> reports;
    if (interrupt_only_)
        return reports;
    const auto add = [&](const hid::Field& field, Poll poll) {
        const auto missed = misses_.find({field.type, field.report});
        if (depth == Depth::quick && missed != misses_.end() && missed->second >= kMissesBeforeForgetting)
            return; // no need to ask all the time
        const bool is_due = !ready_ || poll == Poll::quick || (poll == Poll::full && depth == Depth::full)
                            || (poll == Poll::after_change && changed_);
        if (is_due)
            reports.emplace(field.type, field.report);
    };
    for (const auto& [row, field] : values_)
        add(*field, row->poll);
    for (const auto& [row, field] : status_)
        add(*field, row->poll);
    return reports;
}

void UsbHidDriver::want_open() const
{
    if (!known_)
        throw DeviceError("the UPS is not connected", DeviceError::Kind::lost);
}

Snapshot UsbHidDriver::poll(Depth depth)
{
    want_open();
    const bool first = !ready_;
    if (first && interrupt_only_)
        wait_for_event();
    read(due(depth));
    changed_ = false;
    check_silence();
    auto taken = complete_snapshot();
    if (first)
        write_options();
    const std::lock_guard held(mutex_);
    if (gone_)
        throw DeviceError("the UPS was unplugged", DeviceError::Kind::lost);
    if (first) {
        drop_shadowed_rows();
        last_ = taken = snapshot();
    }
    ready_ = true;
    const bool told = taken.status.has("OL") || taken.status.has("OB");
    if (!told && !status_.empty()) // an explorer's map asks for none
        throw DeviceError(source_told_ ? "the UPS doesn't say any more whether there is mains"
                                       : "the UPS doesn't say whether there is mains");
    source_told_ = told;
    return taken;
}

// A device that hangs costs one time limit for each report, so a walk ends with the second.
void UsbHidDriver::read(const std::set<ReportKey>& due)
{
    {
        const std::lock_guard held(mutex_);
        known_->reports().begin();
    }
    int answers = 0;
    int failures = 0;
    int silences = 0;
    std::optional<Burst> burst(source_->transport());
    for (const auto& key : due) {
        try {
            if (read(key))
                ++answers;
        } catch (const UsbError& e) {
            if (e.cause() == UsbError::Cause::gone)
                throw;
            ++failures;
            log::debug(1, "report {:02x}: {}", key.second, e.what());
            if (e.cause() == UsbError::Cause::silence && (++silences > 1 || answers == 0))
                break;
        }
    }
    burst.reset();
    if (answers == 0 && (failures > 0 || (!ready_ && !due.empty())))
        note_dead_walk();
    else
        dead_walks_ = 0;
}

// Nothing was answered at all: the firmware may have hung.
void UsbHidDriver::note_dead_walk()
{
    if (++dead_walks_ < kDeadWalksBeforeReset)
        throw DeviceError(fmt::format("{} answers nothing", source_->device().ids()));
    dead_walks_ = 0;
    source_->transport().reset();
    throw DeviceError(fmt::format("{} answered nothing, and was reset", source_->device().ids()),
                      DeviceError::Kind::lost);
}

// False if the device has nothing to say of it now.
bool UsbHidDriver::read(const ReportKey& key)
{
    auto& misses = misses_[key];
    const auto type = key.first;
    const auto id = key.second;
    auto length = known_->reports().descriptor().length(type, id);
    if (short_reports_)
        length = std::max(length, kShortReport);
    std::optional<std::string> report;
    try {
        report = source_->transport().get_report(type, id, length);
    } catch (const DeviceError&) {
        if (++misses == kMissesBeforeForgetting) {
            const std::lock_guard held(mutex_);
            known_->reports().forget(type, id);
            last_.reset();
        }
        throw;
    }
    if (!report) { // no error: it has nothing to say of it now
        ++misses;
        return false;
    }
    misses = 0;
    log::debug(3, "report {:02x}: {}", id, hex(*report));
    const std::lock_guard held(mutex_);
    if (known_->reports().store(type, id, *report))
        last_.reset();
    return true;
}

// Texts and reports that conversions look at. They may need one to find out that they need another.
Snapshot UsbHidDriver::complete_snapshot()
{
    for (int round = 0;; ++round) {
        Known::Wanted wanted;
        {
            const std::lock_guard held(mutex_);
            if (last_ && !ups_status_.waits())
                return *last_;
            auto taken = snapshot();
            wanted = known_->wanted();
            if (wanted.empty() || round == kRoundsOfQuestions) {
                last_ = taken;
                return taken;
            }
        }
        auto& transport = source_->transport();
        for (const auto index : wanted.texts) {
            auto text = transport.text(index);
            const std::lock_guard held(mutex_);
            known_->answer(index, std::move(text));
        }
        for (const auto& [type, id] : wanted.reports) {
            const auto length = known_->reports().descriptor().length(type, id);
            auto report = interrupt_only_ ? std::nullopt
                                          : transport.get_report(type, id, std::max<std::size_t>(length, 2));
            const std::lock_guard held(mutex_);
            known_->answer(type, id, report);
        }
    }
}

// ---- hearing -------------------------------------------------------------------------------------------

void UsbHidDriver::on_event(std::function<void()> tell)
{
    const std::lock_guard held(tell_mutex_);
    tell_ = std::move(tell);
}

// By the thread that listens.
void UsbHidDriver::hear(const std::optional<std::string>& packet)
{
    {
        const std::lock_guard held(mutex_);
        if (!known_)
            return;
        ++events_;
        heard_something_.notify_all();
        gone_ = gone_ || !packet;
        if (packet)
            log::debug(3, "heard {}", hex(*packet));
        const bool changed = packet && known_->reports().hear(*packet, source_->transport().packet_size());
        if (changed)
            last_.reset();
        if (!gone_ && !(changed && ready_))
            return;
    }
    tell();
}

void UsbHidDriver::tell()
{
    const std::lock_guard held(tell_mutex_);
    if (tell_)
        tell_();
}

std::optional<Snapshot> UsbHidDriver::heard()
{
    const std::lock_guard held(mutex_);
    if (gone_)
        throw DeviceError("the UPS was unplugged", DeviceError::Kind::lost);
    if (!known_ || !ready_)
        return std::nullopt;
    return snapshot();
}

// With interruptonly nothing is known before the first event.
void UsbHidDriver::wait_for_event()
{
    constexpr auto kPatience = 10s;
    std::unique_lock held(mutex_);
    heard_something_.wait_for(held, kPatience, [this] { return events_ > 0 || gone_; });
}

// With interrupt_pipe_no_events_tolerance a device that has gone silent is opened anew; with interruptonly
// there is nothing to tell before the first event.
void UsbHidDriver::check_silence()
{
    bool silent = false;
    {
        const std::lock_guard held(mutex_);
        silent = std::exchange(events_, 0) == 0;
    }
    silent_polls_ = silent ? silent_polls_ + 1 : 0;
    if (tolerated_silence_ >= 0 && silent_polls_ > tolerated_silence_)
        throw DeviceError(
            fmt::format("{} has said nothing by itself in {} polls", source_->device().ids(), silent_polls_),
            DeviceError::Kind::lost);
}

void UsbHidDriver::reload(const DriverOptions& options)
{
    options_ = options;
    if (options.flag("pollfreq"))
        full_poll_option_ = std::chrono::seconds(options.number("pollfreq", 0, kLongestInterval, 30));
    if (map_ != nullptr)
        full_poll_interval_ = full_poll_option_.value_or(map_->full_poll_interval);
}

} // namespace upright::usbhid
