// What must hold for any upsd.users at all: no user has a right that no line of its section gives.
#include "server/upsd/users.hpp"
#include "tests/common/random_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace upright::upsd {
namespace {

using upright::test::RandomText;

constexpr std::array kSeeds{
    "[admin]\n",
    "[bob]\n",
    "[eve]\n",
    "[ bob ]\n",
    "[admin]\n",
    "password = x\n",
    "password = \"x\n",
    "password = y\\\n",
    "actions = SET\n",
    "actions = FSD\n",
    "actions = \"SET\"\n",
    "upsmon primary\n",
    "upsmon = slave\n",
    "instcmds = ALL\n",
    "instcmds = load.off\n",
    "allowfrom = lan\n",
    "ups = desk\n",
    "# comment\n",
    "\n",
    "user\n",
};

// Without what the grammar takes away: a word stays whole whatever is quoted, escaped or continued.
std::string flat(std::string_view text)
{
    std::string out;
    for (const char c : text)
        if (c > ' ' && c < 0x7F && c != '"' && c != '\\')
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

bool looks_like_head(std::string_view line)
{
    while (!line.empty() && (line[0] <= ' ' || line[0] == 0x7F)) // blanks, and bytes that do not count
        line.remove_prefix(1);
    return line.starts_with('[') || line.starts_with("\\[");
}

// The user's section as a person sees it: the lines from the head to the next that begins with [.
struct Section {
    std::string text;        // flat
    bool restricted = false; // has the plain line `allowfrom = lan`

    bool gives(std::initializer_list<std::string_view> words) const
    {
        return std::any_of(words.begin(), words.end(),
                           [&](auto word) { return text.find(word) != text.npos; });
    }
};

Section section_at(std::string_view file, int line)
{
    Section section;
    bool whole = true;
    for (int at = 1; !file.empty(); ++at) {
        const auto text = file.substr(0, file.find('\n'));
        if (at > line && looks_like_head(text))
            break;
        if (at >= line)
            section.text += flat(text);
        whole =
            whole
            && (at <= line || text.find_first_of("[]") == text.npos); // else another head, or a broken one
        section.restricted = section.restricted || (at > line && whole && text == "allowfrom = lan");
        file.remove_prefix(std::min(text.size() + 1, file.size()));
    }
    return section;
}

std::string random_file(RandomText& random)
{
    std::string text;
    for (auto lines = random.below(16); lines > 0; --lines) {
        const std::string seed = kSeeds[random.below(kSeeds.size())];
        text += random.below(3) == 0 ? random.mutated(seed) : random.below(12) == 0 ? random.line() : seed;
    }
    return text;
}

TEST(AnyUsersFile, GivesNoRightThatNoLineOfTheSectionGives)
{
    constexpr int kFiles = 20'000;
    RandomText random(20240611);
    AccessLists lists;
    lists.define("lan", *parse_network("192.0.2.0/24"));
    const auto inside = boost::asio::ip::make_address("192.0.2.1");
    const auto outside = boost::asio::ip::make_address("192.0.3.1");
    long rights = 0;

    for (int i = 0; i < kFiles && !testing::Test::HasFailure(); ++i) {
        const auto text = random_file(random);
        SCOPED_TRACE(text);
        const auto loaded = parse_users("upsd.users", text, lists);
        for (const auto& [name, user] : loaded.value.all()) {
            const auto section = section_at(text, user.header.line);
            const auto can = [&one = user, &lists, &inside](Action action) {
                return may(one, action, "desk", lists, inside);
            };
            const auto expect_given = [&](bool right, std::initializer_list<std::string_view> words) {
                rights += right ? 1 : 0;
                EXPECT_TRUE(!right || section.gives(words)) << *words.begin();
            };
            EXPECT_TRUE(section.text.starts_with(flat("[" + name + "]")));
            expect_given(can(Action::set), {"set"});
            expect_given(can(Action::fsd), {"fsd", "primary", "master"});
            expect_given(can(Action::primary), {"primary", "master"});
            expect_given(can(Action::login), {"login", "upsmon"});
            expect_given(may_command(user, "load.off", "desk", lists, inside), {"instcmds"});
            expect_given(user.usable(), {"password"});
            EXPECT_TRUE(!section.restricted || user.allow_from || !user.usable());
            EXPECT_TRUE(!user.allow_from || !may(user, Action::login, "desk", lists, outside));
            EXPECT_TRUE(!user.upses || !may(user, Action::login, "other", lists, inside));
        }
    }

    EXPECT_GT(rights, kFiles / 100);
}

} // namespace
} // namespace upright::upsd
