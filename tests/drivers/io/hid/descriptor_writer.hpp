// Writes report descriptors for tests, item by item (HID 1.11, 6.2.2).
#pragma once

#include <cstdint>
#include <string>

namespace upright::test {

class DescriptorWriter {
public:
    // `tag`: tag and type, without the size; `value` in as few bytes as hold it with its sign, or in `bytes`.
    DescriptorWriter& item(std::uint8_t tag, std::int64_t value, int bytes = 0)
    {
        if (bytes == 0)
            bytes = value >= -128 && value <= 127 ? 1 : value >= -32768 && value <= 32767 ? 2 : 4;
        text_ += static_cast<char>(tag | (bytes == 4 ? 3 : bytes));
        for (int i = 0; i < bytes; ++i)
            text_ += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xFFU);
        return *this;
    }
    DescriptorWriter& page(int value) { return item(0x04, value, 2); }
    DescriptorWriter& usage(std::uint32_t value) { return item(0x08, value, value > 0xFFFF ? 4 : 1); }
    DescriptorWriter& limits(std::int64_t min, std::int64_t max)
    {
        return item(0x14, min).item(0x24, max, max > 32767 ? 4 : 0);
    }
    DescriptorWriter& physical(std::int64_t min, std::int64_t max) { return item(0x34, min).item(0x44, max); }
    DescriptorWriter& unit(std::uint32_t unit, int exponent)
    {
        return item(0x64, unit, 4).item(0x54, exponent & 0x0F, 1);
    }
    DescriptorWriter& report(int id) { return item(0x84, id, 1); }
    DescriptorWriter& shape(int bits, int count) { return item(0x74, bits, 1).item(0x94, count, 1); }
    DescriptorWriter& begin(int type = 0) { return item(0xA0, type, 1); }
    DescriptorWriter& end()
    {
        text_ += '\xC0';
        return *this;
    }
    DescriptorWriter& input(int attributes = 0x82) { return item(0x80, attributes, 1); }
    DescriptorWriter& feature(int attributes = 0xA2) { return item(0xB0, attributes, 1); }
    DescriptorWriter& raw(std::string_view bytes)
    {
        text_ += bytes;
        return *this;
    }

    const std::string& bytes() const { return text_; }

private:
    std::string text_;
};

} // namespace upright::test
