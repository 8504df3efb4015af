// What the tests of maps and conversions share: our files, and a device that says what a test wants.
#pragma once

#include "drivers/runtime/device_files.hpp"
#include "drivers/usbhid/hid_map.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

namespace upright::usbhid::test {

inline std::vector<std::string> texts(const std::vector<Diagnostic>& problems)
{
    std::vector<std::string> all;
    for (const auto& problem : problems)
        all.push_back(to_string(problem));
    return all;
}

inline std::string device_folder() { return upright::test::source_dir() + "/drivers/usbhid/devices"; }

inline const hid::UsageTables& usages()
{
    static const auto loaded = hid::load_usages(device_folder() + "/usages.toml");
    EXPECT_THAT(texts(loaded.problems), testing::IsEmpty());
    return loaded.value;
}

// All of ours, each without a mistake.
inline std::vector<HidMap> our_maps()
{
    std::vector<HidMap> all;
    for (const auto& [name, file] : device_files({device_folder()})) {
        if (name == "usages")
            continue;
        auto loaded = load_hid_map(file, usages());
        EXPECT_THAT(texts(loaded.problems), testing::IsEmpty());
        all.push_back(std::move(loaded.value));
    }
    return all;
}

class FakeContext : public Context {
public:
    std::map<int, std::string> string_descriptors;
    std::map<std::string, double, std::less<>> fields; // by path
    std::map<std::uint8_t, std::string> reports;
    std::map<std::string, std::string, std::less<>> variables;
    io::UsbDescription description;
    std::string told_quirk;
    DriverOptions told_options;

    std::optional<std::string> text(std::uint8_t index) override { return in(string_descriptors, index); }
    std::optional<double> value(std::string_view path) override { return in(fields, path); }
    std::optional<std::string> report(std::uint8_t id) override { return in(reports, id); }
    std::optional<std::string> variable(std::string_view name) const override { return in(variables, name); }
    const io::UsbDescription& device() const override { return description; }
    std::string_view quirk() const override { return told_quirk; }
    const DriverOptions& options() const override { return told_options; }

    // What the conversion of that name makes of it; "-" for nothing.
    std::string read(std::string_view conversion, double value)
    {
        const auto* const found = find_conversion(conversion);
        EXPECT_NE(found, nullptr) << conversion;
        return found != nullptr ? found->read(value, *this).value_or("-") : "?";
    }
    std::optional<double> write(std::string_view conversion, std::string_view text)
    {
        const auto* const found = find_conversion(conversion);
        EXPECT_TRUE(found != nullptr && found->write != nullptr) << conversion;
        return found != nullptr && found->write != nullptr ? found->write(text, *this) : std::nullopt;
    }

private:
    template <class Map, class Key>
    static std::optional<typename Map::mapped_type> in(const Map& map, const Key& key)
    {
        const auto found = map.find(key);
        return found == map.end() ? std::nullopt : std::optional(found->second);
    }
};

} // namespace upright::usbhid::test
