// Users of SNMPv3 as they are written, and that what is wrong is told without the secrets.
#include "drivers/upsim/snmp/users.hpp"

#include "tests/support/process.hpp"

#include <gmock/gmock.h>

namespace upright::upsim::snmp {
namespace {

TEST(SnmpUsers, HaveAsMuchAsTheirLevelTakes)
{
    EXPECT_EQ(parse_user("n:noAuthNoPriv")->level, Level::no_auth);
    const auto auth = parse_user("a:authNoPriv:sha256:pass:word");
    EXPECT_EQ(auth->auth_protocol, "SHA-256");
    EXPECT_EQ(auth->auth_password, "pass:word");
    const auto priv = parse_user("p:authPriv:SHA-512:password:AES:pass:word");
    EXPECT_EQ(priv->level, Level::priv);
    EXPECT_EQ(priv->priv_protocol, "AES");
    EXPECT_EQ(priv->priv_password, "pass:word");
}

TEST(SnmpUsers, AreRefusedWithoutTheirSecrets)
{
    for (const auto* const text :
         {"", ":noAuthNoPriv", "u", "u:secret", "u:authNoPriv:MD6:secretsecret", "u:authNoPriv:MD5:secret",
          "u:authPriv:MD5:secretsecret:ROT13:secretsecret", "u:authPriv:MD5:secretsecret:DES:secret"}) {
        const auto user = parse_user(text);
        ASSERT_FALSE(user) << text;
        EXPECT_THAT(user.error().what, testing::Not(testing::HasSubstr("secret"))) << text;
    }
}

TEST(SnmpUsers, AreReadFromAFile)
{
    const test::Scratch scratch;
    const auto users =
        load_users(scratch.write("users", "# ours\n\n  a:noAuthNoPriv \nb:authNoPriv:MD5:password\n"));
    ASSERT_TRUE(users);
    ASSERT_EQ(users->size(), 2U);
    EXPECT_EQ((*users)[1].name, "b");

    const auto bad = load_users(scratch.write("users", "a:noAuthNoPriv\nb:x\n"));
    EXPECT_THAT(bad.error().what, testing::HasSubstr("users:2: user b"));
    EXPECT_FALSE(load_users(scratch.file("none")));
}

} // namespace
} // namespace upright::upsim::snmp
