#include "drivers/io/hid/report_descriptor.hpp"

#include <algorithm>
#include <utility>

namespace upright::hid {
namespace {

// HID 1.11, 6.2.2: tag and type of a short item, without its size.
enum Item : std::uint8_t {
    kUsage = 0x08,
    kUsageMin = 0x18,
    kUsageMax = 0x28,
    kUsagePage = 0x04,
    kLogicalMin = 0x14,
    kLogicalMax = 0x24,
    kPhysicalMin = 0x34,
    kPhysicalMax = 0x44,
    kUnitExponent = 0x54,
    kUnit = 0x64,
    kReportSize = 0x74,
    kReportId = 0x84,
    kReportCount = 0x94,
    kPush = 0xA4,
    kPop = 0xB4,
    kInput = 0x80,
    kOutput = 0x90,
    kFeature = 0xB0,
    kCollection = 0xA0,
    kEndCollection = 0xC0,
};
constexpr std::uint8_t kLongItem = 0xFE;

constexpr unsigned kLargestField = 32; // bits
constexpr unsigned kMostBits = 0xFFFF * 8;
constexpr std::size_t kMostPushed = 16;
constexpr std::size_t kMostUsages = 256; // of one main item
constexpr std::uint8_t kVendorCollection = 0x80;

// A number as its maker wrote it: its size says where the sign is.
struct Number {
    std::uint32_t bits = 0;
    unsigned bytes = 0;

    std::int64_t as_signed() const
    {
        if (bytes == 0 || bytes == 4)
            return static_cast<std::int32_t>(bits);
        const auto sign = std::int64_t{1} << (bytes * 8 - 1);
        return (static_cast<std::int64_t>(bits) ^ sign) - sign;
    }
    std::int64_t as_unsigned() const { return bits; }
};

struct Globals {
    std::uint16_t page = 0;
    Number logical_min;
    Number logical_max;
    Number physical_min;
    Number physical_max;
    std::int8_t exponent = 0;
    std::uint32_t unit = 0;
    unsigned report_size = 0;
    unsigned report_count = 0;
    std::uint8_t report = 0;
};

// Limits of which the largest is below the smallest: the maker meant no sign.
Limits limits(const Number& min, const Number& max, bool& guessed)
{
    Limits found{min.as_signed(), max.as_signed()};
    guessed = found.max < found.min;
    if (guessed)
        found.max = max.as_unsigned();
    return found;
}

} // namespace

class ReportDescriptorParser {
public:
    ReportDescriptor parse(std::string_view bytes)
    {
        bytes = bytes.substr(0, kLongestDescriptor);
        std::size_t at = 0;
        const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
        while (at < bytes.size()) {
            const auto prefix = byte(at++);
            if (prefix == kLongItem) {
                if (at >= bytes.size())
                    break;
                at += 2U + byte(at); // size, tag, data
                continue;
            }
            const unsigned code = prefix & 0x03U;
            Number number{0, code == 3 ? 4 : code};
            if (at + number.bytes > bytes.size())
                break;
            for (unsigned i = 0; i < number.bytes; ++i)
                number.bits |= static_cast<std::uint32_t>(byte(at + i)) << (8 * i);
            at += number.bytes;
            take(static_cast<std::uint8_t>(prefix & 0xFCU), number);
        }
        return std::move(found_);
    }

private:
    void take(std::uint8_t item, const Number& number)
    {
        switch (item) {
        case kUsage: add_usage(number); return;
        case kUsageMin: usage_min_ = usage(number); return;
        case kUsageMax: add_usages(usage_min_, usage(number)); return;
        case kUsagePage: globals_.page = static_cast<std::uint16_t>(number.bits); return;
        case kLogicalMin: globals_.logical_min = number; return;
        case kLogicalMax: globals_.logical_max = number; return;
        case kPhysicalMin: globals_.physical_min = number; return;
        case kPhysicalMax: globals_.physical_max = number; return;
        case kUnitExponent: globals_.exponent = exponent(number); return;
        case kUnit: globals_.unit = number.bits; return;
        case kReportSize: globals_.report_size = number.bits; return;
        case kReportCount: globals_.report_count = number.bits; return;
        case kReportId:
            globals_.report = static_cast<std::uint8_t>(number.bits);
            found_.has_report_ids = found_.has_report_ids || globals_.report != 0;
            return;
        case kPush:
            if (pushed_.size() < kMostPushed)
                pushed_.push_back(globals_);
            return;
        case kPop:
            if (!pushed_.empty()) {
                globals_ = pushed_.back();
                pushed_.pop_back();
            }
            return;
        case kInput: add_fields(ReportType::input, number); break;
        case kOutput: add_fields(ReportType::output, number); break;
        case kFeature: add_fields(ReportType::feature, number); break;
        case kCollection: begin_collection(number); break;
        case kEndCollection: end_collection(); break;
        default: return;
        }
        usages_.clear(); // local items count for one main item
    }

    Usage usage(const Number& number) const
    {
        constexpr unsigned kWithPage = 4; // bytes
        return number.bytes == kWithPage ? number.bits
                                         : static_cast<Usage>(globals_.page) << 16 | number.bits;
    }
    void add_usage(const Number& number)
    {
        if (usages_.size() < kMostUsages)
            usages_.push_back(usage(number));
    }
    void add_usages(Usage first, Usage last)
    {
        for (auto one = first; one <= last && usages_.size() < kMostUsages; ++one)
            usages_.push_back(one);
    }

    // Four bits, two's complement; makers also write -2 as a byte of its own.
    static std::int8_t exponent(const Number& number)
    {
        const auto low = static_cast<std::int8_t>(number.bits & 0x0FU);
        return static_cast<std::int8_t>(low > 7 ? low - 16 : low);
    }

    void begin_collection(const Number& type)
    {
        const auto depth = path_.size();
        begun_.push_back(depth);
        if (begun_.size() > kDeepest)
            return; // counted, so that its end is known; its fields lie in the one around it
        const auto usage = usages_.empty() ? 0 : usages_.front();
        constexpr std::uint8_t kApplication = 1;
        if (type.bits == kApplication && found_.application == 0)
            found_.application = usage;
        path_.push_back(usage);
        if (type.bits >= kVendorCollection)
            path_.push_back(kIndexPage | (type.bits & 0x7FU));
    }
    void end_collection()
    {
        if (begun_.empty())
            return;
        path_.resize(begun_.back());
        begun_.pop_back();
    }

    void add_fields(ReportType type, const Number& attributes)
    {
        auto& bits = found_.bits_[{type, globals_.report}];
        const auto size = globals_.report_size;
        if (size == 0) // nothing, however many of it
            return;
        for (unsigned i = 0; i < globals_.report_count; ++i) {
            const auto usage = usages_.empty() ? 0 : usages_[std::min<std::size_t>(i, usages_.size() - 1)];
            const bool padding = usage == 0 || size > kLargestField;
            if (padding && usages_.empty()) { // all that are left are
                bits = static_cast<unsigned>(std::min<std::uint64_t>(
                    kMostBits, bits + std::uint64_t{size} * (globals_.report_count - i)));
                return;
            }
            if (bits + std::uint64_t{size} > kMostBits || found_.fields.size() >= kMostFields)
                return;
            if (!padding)
                found_.fields.push_back(field(type, usage, bits, attributes));
            bits += size;
        }
    }

    Field field(ReportType type, Usage usage, unsigned offset, const Number& attributes) const
    {
        Field made;
        made.path = path_;
        made.path.push_back(usage);
        made.type = type;
        made.report = globals_.report;
        made.offset = offset;
        made.size = globals_.report_size;
        made.attributes = static_cast<std::uint16_t>(attributes.bits);
        made.logical = limits(globals_.logical_min, globals_.logical_max, made.max_guessed);
        bool guessed = false;
        const auto physical = limits(globals_.physical_min, globals_.physical_max, guessed);
        if (physical.min != 0 || physical.max != 0)
            made.physical = physical;
        made.exponent = globals_.exponent;
        made.unit = globals_.unit;
        return made;
    }

    ReportDescriptor found_;
    Globals globals_;
    std::vector<Globals> pushed_;
    std::vector<Usage> usages_;
    Usage usage_min_ = 0;
    UsagePath path_;
    std::vector<std::size_t> begun_; // length of path_ before each collection
};

const Field* ReportDescriptor::find(const UsagePath& path, ReportType type) const
{
    const auto it = std::find_if(fields.begin(), fields.end(),
                                 [&](const auto& field) { return field.type == type && field.path == path; });
    return it == fields.end() ? nullptr : &*it;
}

std::size_t ReportDescriptor::length(ReportType type, std::uint8_t report) const
{
    const auto it = bits_.find({type, report});
    if (it == bits_.end() || it->second == 0)
        return 0;
    return (it->second + 7U) / 8 + (has_report_ids ? 1 : 0);
}

ReportDescriptor parse_report_descriptor(std::string_view bytes)
{
    return ReportDescriptorParser().parse(bytes);
}

} // namespace upright::hid
