// The installed dialects and transcripts, for the tests of this folder.
#pragma once

#include "common/config/document.hpp"
#include "drivers/io/replay_link.hpp"
#include "drivers/megatec/megatec_driver.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

namespace upright::megatec::test {

inline std::vector<std::string> texts(const std::vector<Diagnostic>& problems)
{
    std::vector<std::string> all;
    for (const auto& problem : problems)
        all.push_back(to_string(problem));
    return all;
}

inline std::string device_folder() { return upright::test::source_dir() + "/drivers/megatec/devices"; }

// The dialect of that name, as installed.
inline Dialect dialect(std::string_view name)
{
    auto loaded = load_dialects({device_folder()});
    EXPECT_THAT(texts(loaded.problems), testing::IsEmpty());
    for (auto& one : loaded.value)
        if (one.name == name)
            return std::move(one);
    ADD_FAILURE() << "no dialect " << name;
    return {};
}

inline io::Transcript transcript(std::string_view name)
{
    const auto path = upright::test::data("megatec/" + std::string(name) + ".txt");
    const auto text = read_file(path);
    EXPECT_TRUE(text) << path;
    auto loaded = io::parse_transcript(path, text ? *text : std::string{});
    EXPECT_THAT(texts(loaded.problems), testing::IsEmpty());
    return std::move(loaded.value);
}

// "name: value" lines with ups.status and ups.alarm, as a client lists them.
inline std::string listed(const Snapshot& snapshot)
{
    std::map<std::string, std::string> all{{"ups.status", snapshot.status.joined()}};
    for (const auto& [name, variable] : snapshot.variables)
        all[name] = variable.value;
    for (const auto& alarm : snapshot.alarms)
        all["ups.alarm"] += (all["ups.alarm"].empty() ? "" : " ") + alarm;
    std::string text;
    for (const auto& [name, value] : all)
        text += name + ": " + value + "\n";
    return text;
}

inline std::string value(const Snapshot& snapshot, std::string_view name)
{
    const auto found = snapshot.variables.find(name);
    return found == snapshot.variables.end() ? "<none>" : found->second.value;
}

} // namespace upright::megatec::test
