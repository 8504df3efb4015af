#include "drivers/upsim/hid/layout.hpp"
#include "drivers/upsim/hid/units.hpp"
#include "drivers/upsim/hid/usages.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace upright::upsim {
namespace {

enum Tag : std::uint8_t {
    kInput = 0x80,
    kFeature = 0xB0,
    kCollection = 0xA0,
    kEnd = 0xC0,
    kPage = 0x04,
    kLogicalLow = 0x14,
    kLogicalHigh = 0x24,
    kPhysicalLow = 0x34,
    kPhysicalHigh = 0x44,
    kExponent = 0x54,
    kUnit = 0x64,
    kSize = 0x74,
    kReport = 0x84,
    kCount = 0x94,
    kPush = 0xA4,
    kPop = 0xB4,
    kUsage = 0x08,
    kUsageLow = 0x18,
    kUsageHigh = 0x28,
};

// Main items: data, variable, no preferred state.
constexpr int kConstant = 0x01;
constexpr int kVariable = 0x02;
constexpr int kNoPreferredState = 0x20;
constexpr int kVolatile = 0x80;

int signed_size(long long value)
{
    if (value >= -0x80 && value <= 0x7F)
        return 1;
    return value >= -0x8000 && value <= 0x7FFF ? 2 : 4;
}

int unsigned_size(std::uint32_t value)
{
    if (value <= 0xFF)
        return 1;
    return value <= 0xFFFF ? 2 : 4;
}

using Run = std::span<const Field>; // fields that share an item

class Writer {
public:
    explicit Writer(const std::vector<Field>& fields) : layout_(hid_layout(fields)) {}

    void write(Run run)
    {
        enter(hid_path(run.front().path));
        if (run.front().odd.pushed) {
            const auto before = globals_;
            item(kPush, 0, 0);
            items(run);
            item(kPop, 0, 0);
            globals_ = before;
            return;
        }
        items(run);
    }

    std::string end()
    {
        leave(0);
        return std::move(bytes_);
    }

private:
    void item(Tag tag, std::uint32_t value, int size)
    {
        bytes_ += static_cast<char>(tag | (size == 4 ? 3 : size));
        for (int i = 0; i < size; ++i)
            bytes_ += static_cast<char>(value >> (8 * i) & 0xFF);
    }

    // A global item, if it changes.
    void global(Tag tag, long long value, int size)
    {
        const auto kept = globals_.find(tag);
        if (kept != globals_.end() && kept->second == std::pair(value, size))
            return;
        globals_[tag] = {value, size};
        item(tag, static_cast<std::uint32_t>(value), size);
    }

    // Collections that are open and not of this path are closed, then those missing opened.
    void enter(std::vector<HidNode> path)
    {
        path.pop_back(); // the field
        const auto differ = std::mismatch(path.begin(), path.end(), open_.begin(), open_.end());
        leave(static_cast<std::size_t>(differ.first - path.begin()));
        for (auto node = differ.first; node != path.end(); ++node) {
            global(kPage, node->usage >> 16, unsigned_size(node->usage >> 16));
            item(kUsage, node->usage & 0xFFFF, unsigned_size(node->usage & 0xFFFF));
            item(kCollection, open_.empty() ? 1 : node->type, 1); // the first is the application
            open_.push_back(*node);
        }
    }

    void leave(std::size_t depth)
    {
        for (; open_.size() > depth; open_.pop_back())
            item(kEnd, 0, 0);
    }

    void items(Run run)
    {
        const auto& first = run.front();
        if (first.kind != HidKind::feature)
            main_item(run, kInput, layout_.inputs);
        if (first.kind != HidKind::input)
            main_item(run, kFeature, layout_.features);
    }

    void main_item(Run run, Tag tag, const HidReports& reports)
    {
        const auto& first = run.front();
        if (first.report != 0)
            global(kReport, first.report, 1);
        global(kSize, first.bits, 1);
        global(kCount, static_cast<long long>(run.size()), 1);
        limits(first);
        const auto unit = code_of(first.unit);
        global(kUnit, unit.code, unsigned_size(unit.code));
        global(kExponent, (first.power + unit.power) & 0x0F, 1);
        usages(run);
        const int data = kVariable | kNoPreferredState | (first.odd.nonvolatile ? 0 : kVolatile)
                         | (first.odd.constant ? kConstant : 0);
        item(tag, static_cast<std::uint32_t>(data), 1);
        pad(run.back(), tag, reports);
    }

    void limits(const Field& field)
    {
        global(kLogicalLow, field.low, signed_size(field.low));
        global(kLogicalHigh, field.high,
               field.odd.forgot_sign ? unsigned_size(static_cast<std::uint32_t>(field.high))
                                     : signed_size(field.high));
        const auto low = std::llround(field.odd.low);
        const auto high = std::llround(field.odd.high);
        if (low == 0 && high == 0 && !globals_.contains(kPhysicalHigh))
            return;
        global(kPhysicalLow, low, signed_size(low));
        global(kPhysicalHigh, high, signed_size(high));
    }

    void usages(Run run)
    {
        const auto usage = [](const Field& field) { return hid_path(field.path).back().usage; };
        if (run.front().odd.range && run.size() > 1) {
            global(kPage, usage(run.front()) >> 16, unsigned_size(usage(run.front()) >> 16));
            item(kUsageLow, usage(run.front()) & 0xFFFF, unsigned_size(usage(run.front()) & 0xFFFF));
            item(kUsageHigh, usage(run.back()) & 0xFFFF, unsigned_size(usage(run.back()) & 0xFFFF));
            return;
        }
        for (const auto& field : run) {
            const auto code = usage(field);
            if (field.odd.wide || run.size() > 1) {
                item(kUsage, code, 4);
                continue;
            }
            global(kPage, code >> 16, unsigned_size(code >> 16));
            item(kUsage, code & 0xFFFF, unsigned_size(code & 0xFFFF));
        }
    }

    // After the last field of a report: up to the next byte.
    void pad(const Field& last, Tag tag, const HidReports& reports)
    {
        const auto& report = reports.by_id.at(last.report);
        const auto& end = report.fields.back();
        const int missing = report.bits - end.offset - last.bits;
        if (end.field != &last || missing == 0)
            return;
        global(kSize, 1, 1);
        global(kCount, missing, 1);
        item(tag, kConstant, 1);
    }

    HidLayout layout_;
    std::string bytes_;
    std::vector<HidNode> open_;
    std::map<Tag, std::pair<long long, int>> globals_;
};

bool share_an_item(const Field& a, const Field& b)
{
    const auto collections = [](std::string_view path) { return path.substr(0, path.rfind('.')); };
    return collections(a.path) == collections(b.path) && a.report == b.report && a.bits == b.bits
           && a.kind == b.kind && a.low == b.low && a.high == b.high && a.unit == b.unit && a.power == b.power
           && a.odd.low == b.odd.low && a.odd.high == b.odd.high && a.odd.constant == b.odd.constant
           && a.odd.range == b.odd.range && a.odd.pushed == b.odd.pushed;
}

} // namespace

std::string report_descriptor(const std::vector<Field>& fields, bool in_arrays)
{
    Writer writer(fields);
    for (std::size_t first = 0; first < fields.size();) {
        std::size_t end = first + 1;
        while (in_arrays && end < fields.size() && share_an_item(fields[first], fields[end]))
            ++end;
        writer.write(Run(fields).subspan(first, end - first));
        first = end;
    }
    return writer.end();
}

} // namespace upright::upsim
