// upsd.users: who may do what, and where each mistake is pointed at.
#include "server/upsd/users.hpp"

#include "tests/support/process.hpp"

#include <cstdlib>
#include <gmock/gmock.h>

namespace upright::upsd {
namespace {

using boost::asio::ip::make_address;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kHash = "$2b$04$lMfrr0XX4F4vsgXShbydteIpDo4Y../WNhPhQYc1JpZIVgD8dSI42";

class UsersFile : public testing::Test {
protected:
    UsersFile() { lists_.define("lan", *parse_network("192.0.2.0/24")); }

    void load(std::string text)
    {
        auto loaded = parse_users("upsd.users", std::move(text), lists_);
        users_ = std::move(loaded.value);
        problems_.clear();
        for (const auto& problem : loaded.problems)
            problems_.push_back(to_string(problem));
    }

    // The actions and commands that this user may use, of all that the tests ask for.
    std::string rights(std::string_view name, std::string_view ups = "desk",
                       std::string_view from = "192.0.2.1")
    {
        const auto* const user = users_.find(name);
        if (user == nullptr)
            return "no such user";
        std::string text;
        for (const auto& [action, word] : {std::pair{Action::login, "LOGIN "},
                                           {Action::primary, "PRIMARY "},
                                           {Action::set, "SET "},
                                           {Action::fsd, "FSD "}})
            if (may(*user, action, ups, lists_, make_address(from)))
                text += word;
        for (const auto* const command : {"load.off", "beeper.enable"})
            if (may_command(*user, command, ups, lists_, make_address(from)))
                text += std::string(command) + " ";
        return text;
    }

    AccessLists lists_;
    Users users_;
    std::vector<std::string> problems_;
};

TEST_F(UsersFile, GivesEachUserWhatItsSectionSays)
{
    load("[admin]\n"
         "    password = secret\n"
         "    actions = SET FSD\n"
         "    instcmds = ALL\n"
         "[Admin]\n"
         "    PASSWORD=\"a #\\\"b\"\n" // Trap 76: what must not be bare
         "    Actions = set\n"
         "    instcmds = Load.Off\n"
         "    instcmds = test.battery.start shutdown.return\n"
         "[nobody]\n"
         "    password = x\n"
         "[first]\n"
         "    password = x\n"
         "    actions = PRIMARY\n" // D38
         "    actions = login\n");

    EXPECT_THAT(problems_, ElementsAre("upsd.users:6:17: error: Unbalanced word due to unescaped # in quotes",
                                       "upsd.users:5:1: warning: Admin has no password and can do nothing"));

    load("[admin]\n"
         "    password = secret\n"
         "    actions = SET FSD\n"
         "    instcmds = ALL\n"
         "[Admin]\n"
         "    PASSWORD=\"a \\#\\\"b\"\n"
         "    Actions = set\n"
         "    instcmds = Load.Off\n"
         "    instcmds = test.battery.start shutdown.return\n"
         "[nobody]\n"
         "    password = x\n"
         "[first]\n"
         "    password = x\n"
         "    actions = MASTER\n"
         "    actions = login\n");

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_EQ(users_.find("admin")->password, "secret");
    EXPECT_EQ(users_.find("Admin")->password, "a #\"b");
    EXPECT_EQ(users_.find("ADMIN"), nullptr);
    EXPECT_EQ(rights("admin"), "SET FSD load.off beeper.enable ");
    EXPECT_EQ(rights("Admin"), "SET load.off ");
    EXPECT_EQ(rights("nobody"), "");
    EXPECT_EQ(rights("first"), "LOGIN PRIMARY ");
}

TEST_F(UsersFile, TakesTheRolesOfUpsmon) // Trap 33, D38, D43
{
    for (const auto* const role : {"primary", "master", "MASTER"}) {
        load(std::string("[m]\npassword = x\nupsmon ") + role + "\n");
        EXPECT_THAT(problems_, IsEmpty());
        EXPECT_EQ(rights("m"), "LOGIN PRIMARY FSD ") << role;
    }
    for (const auto* const role : {"secondary", "slave", "= slave"}) {
        load(std::string("[m]\npassword = x\nupsmon ") + role + "\n");
        EXPECT_THAT(problems_, IsEmpty());
        EXPECT_EQ(rights("m"), "LOGIN ") << role;
    }
    load("[m]\npassword = x\nupsmon = primery\n");
    EXPECT_THAT(
        problems_,
        ElementsAre("upsd.users:3:10: error: Unknown upsmon type primery (did you mean \"primary\"?)"));
    EXPECT_EQ(rights("m"), "");
}

TEST_F(UsersFile, PointsAtEveryMistakeAndKeepsTheRest)
{
    load("actions = SET\n" // P3
         "user\n"          // P5
         "[admin] x\n"
         "    user = admin\n"
         "    password = one\n"
         "    password = two\n"
         "    pasword = three\n"
         "    actions = SET DELETE\n"
         "    actions FSD\n"
         "    instcmds =\n"
         "    colour = red\n"
         "[wordy]\n"
         "    password = my secret\n"
         "    upsmon secondary\n"
         "[]\n"
         "    actions = FSD\n"
         "[none]\n"
         "    password = \"\"\n");

    EXPECT_THAT(
        problems_,
        ElementsAre(
            "upsd.users:1:1: warning: this stands before the first [user]: ignored",
            "upsd.users:3:9: warning: nothing may stand behind [name]: ignored",
            "upsd.users:6:16: warning: a second password is ignored: the first one counts",
            "upsd.users:7:5: error: Unrecognized user setting pasword (did you mean \"password\"?)",
            "upsd.users:8:19: error: unknown action \"DELETE\"",
            "upsd.users:9:5: error: expected actions = <SET|FSD|LOGIN|PRIMARY>…",
            "upsd.users:10:5: error: expected instcmds = <command>…",
            "upsd.users:11:5: warning: Unrecognized user setting colour",
            "upsd.users:13:19: error: only the first word is the password: put it in quotes",
            "upsd.users:15:1: error: a user begins with [name], without blanks: what follows is left out",
            "upsd.users:18:16: warning: the password is empty"));
    EXPECT_EQ(users_.find("admin")->password, "one");
    EXPECT_EQ(rights("admin"), "SET ");
    EXPECT_EQ(rights("wordy"), "LOGIN ");
    EXPECT_EQ(users_.all().size(), 3U);
}

TEST_F(UsersFile, LeavesOutADuplicateWithAllItsSettings) // D26
{
    load("[a]\npassword = x\n[b]\npassword = y\n[a]\npassword = z\nactions = SET\n[c]\npassword = z\n");

    EXPECT_THAT(problems_,
                ElementsAre("upsd.users:5:1: error: Ignoring duplicate user a, with all its settings"));
    EXPECT_EQ(rights("a") + rights("b") + rights("c"), "");
    EXPECT_EQ(users_.find("a")->password, "x");
    EXPECT_EQ(users_.find("c")->password, "z");
}

TEST_F(UsersFile, GivesNobodyWhatStandsBehindABrokenHead)
{
    for (const std::string head :
         {"[ b ]", "[b", "[b ]", "b]", "[b] \"x#\"", "[\"b\"#]", "\\[b # ]", "[b#]"}) {
        load("[a]\npassword = x\n" + head + "\npassword = y\nactions = SET\n[c]\npassword = z\n");

        EXPECT_FALSE(problems_.empty()) << head;
        EXPECT_EQ(rights("a"), "") << head;
        EXPECT_EQ(users_.find("b"), nullptr) << head;
        EXPECT_EQ(users_.find("c")->password, "z") << head;
    }
    // A line before it that does not end, in quotes or by a backslash.
    for (const std::string open :
         {"instcmds = \"x", "instcmds = \"x\\", "colour = red\\", "colour = \"x\n\\"}) {
        load("[a]\npassword = x\n" + open
             + "\n[b]\npassword = \"y\"\nactions = SET FSD\n[c]\npassword = z\n");

        EXPECT_FALSE(problems_.empty()) << open;
        EXPECT_EQ(rights("a"), "") << open;
        EXPECT_EQ(users_.find("c")->password, "z") << open;
    }
}

TEST_F(UsersFile, RestrictsToNetworksAndUpses)
{
    load("[a]\npassword = x\nupsmon secondary\nallowfrom = LAN\nups = desk\nups = rack\n"
         "[b]\npassword = x\nupsmon secondary\nallowfrom = lan all\n");

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_EQ(rights("a", "desk", "192.0.2.1"), "LOGIN ");
    EXPECT_EQ(rights("a", "RACK", "::ffff:192.0.2.1"), "LOGIN ");
    EXPECT_EQ(rights("a", "other", "192.0.2.1"), "");
    EXPECT_EQ(rights("a", "desk", "192.0.3.1"), "");
    EXPECT_EQ(rights("b", "other", "192.0.3.1"), "LOGIN ");
}

TEST_F(UsersFile, LocksAUserWhoseRestrictionIsBroken)
{
    for (const std::string line :
         {"allowfrom = wan", "allowfrom = lan wan", "allowfrom =", "allowfrom lan", "allowfrom",
          "allowfrm = lan", "allowfrom = \"la#n\"", "\"allowfrom\" = \"x#\"", "ups =", "ups desk",
          "usp = desk", "ups = \"a#b\"", "allowfrom = \"lan\nactions = \"x#", "allowfrom = \\\n\"lan#\"",
          "Allowfrom = \"lan#"}) {
        load("[a]\npassword = x\nupsmon primary\nactions = SET\ninstcmds = ALL\n" + line
             + "\n[b]\npassword = y\nupsmon secondary\n");

        EXPECT_EQ(rights("a"), "") << line;
        EXPECT_EQ(rights("b"), "LOGIN ") << line;
        EXPECT_THAT(
            problems_,
            testing::Contains("upsd.users:1:1: error: a can do nothing until the mistakes here are mended"))
            << line;
    }
    load("[a]\npassword = x\nupsmon primary\ncolour = \"a#b\"\ninstcmds = \"a#b\"\n# allowfrom = x\n");
    EXPECT_EQ(rights("a"), ""); // colour may have been anything
    load("[a]\npassword = x\nupsmon primary\ninstcmds = \"a#b\"\n# allowfrom = x\n");
    EXPECT_EQ(rights("a"), "LOGIN PRIMARY FSD ");
}

TEST_F(UsersFile, SaysWhichAclIsMissing)
{
    load("[a]\npassword = x\nupsmon primary\nallowfrom = all lam\n");

    EXPECT_THAT(problems_,
                ElementsAre("upsd.users:4:17: error: upsd.conf has no ACL \"lam\" (did you mean "
                            "\"lan\"?): a can log in from nowhere",
                            "upsd.users:1:1: error: a can do nothing until the mistakes here are mended"));
}

TEST_F(UsersFile, TakesAHashInsteadOfAPassword)
{
    load(std::string("[a]\npassword_hash = \"") + kHash
         + "\"\nactions = SET\n[b]\nactions = SET\npassword_hash = " + kHash + "\n");

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_EQ(users_.find("a")->password_hash, kHash);
    EXPECT_FALSE(users_.find("a")->password);
    EXPECT_EQ(rights("a") + rights("b"), "SET SET ");
}

TEST_F(UsersFile, LocksAUserWithTwoKindsOfPasswordsOrABrokenHash)
{
    load(std::string("[a]\nactions = SET\npassword = x\npassword_hash = \"") + kHash
         + "\"\n[b]\nactions = SET\npassword_hash = secret\n[c]\nactions = SET\npassword_hash = "
           "\"$1$aaaaaaaa$0b\"\n"
           "password = y\n[d]\nactions = SET\n");

    EXPECT_EQ(rights("a") + rights("b") + rights("c") + rights("d"), "");
    EXPECT_THAT(
        problems_,
        ElementsAre("upsd.users:7:17: error: this is no hash that the system's crypt library can check: make "
                    "one with upsd --hash-password",
                    "upsd.users:10:17: error: this is no hash that the system's crypt library can check: "
                    "make one with upsd --hash-password",
                    "upsd.users:1:1: error: both a password and a password_hash: neither counts",
                    "upsd.users:1:1: error: a can do nothing until the mistakes here are mended",
                    "upsd.users:5:1: error: b can do nothing until the mistakes here are mended",
                    "upsd.users:8:1: error: both a password and a password_hash: neither counts",
                    "upsd.users:8:1: error: c can do nothing until the mistakes here are mended",
                    "upsd.users:12:1: warning: d has no password and can do nothing"));
}

TEST_F(UsersFile, ReadsNamesAndPasswordsAsTheyArriveFromTheNetwork)
{
    load("[J\xC3\xBCrgen]\npassword = \"gr\xC3\xBCn\"\n");

    EXPECT_THAT(problems_, ElementsAre("upsd.users:1:1: warning: characters outside ASCII are ignored",
                                       "upsd.users:2:1: warning: characters outside ASCII are ignored"));
    ASSERT_NE(users_.find("Jrgen"), nullptr);
    EXPECT_EQ(users_.find("Jrgen")->password, "grn");

    load("\xEF\xBB\xBF[first]\npassword = x\n"); // a byte order mark
    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_NE(users_.find("first"), nullptr);
}

TEST_F(UsersFile, IsReadFromTheConfiguration)
{
    const upright::test::Scratch scratch;
    ::setenv("NUT_CONFPATH", scratch.path().c_str(), 1); // NOLINT(concurrency-mt-unsafe)

    const auto missing = load_users(lists_);
    ASSERT_FALSE(missing);
    EXPECT_EQ(to_string(missing.error()),
              "Can't open " + scratch.file("upsd.users") + ": No such file or directory");

    scratch.write("upsd.users", "[a]\npassword = x\n");
    const auto loaded = load_users(lists_);
    ASSERT_TRUE(loaded);
    EXPECT_TRUE(loaded->clean());
    EXPECT_NE(loaded->value.find("a"), nullptr);
    ::unsetenv("NUT_CONFPATH"); // NOLINT(concurrency-mt-unsafe)
}

} // namespace
} // namespace upright::upsd
