// One UPS and its users, for tests that compare what clients show when they control it.
#pragma once

#include "tests/interop/mix.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace upright::test {

inline const std::vector<By> kClients{By::debian, By::us};

inline Setup one_ups()
{
    return {.sections = "[u]\ndriver = dummy-ups\nport = one.dev\n"
                        "[gone]\ndriver = dummy-ups\nport = one.dev\n",
            .upses = {"u"},
            .files = {{"one.dev", "ups.status: OL\nups.id: zero\nups.contact: somebody\nbattery.charge: 90\n"
                                  "input.sensitivity: H\noutlet.1.switchable: yes\nno.known.name: 1\n"}},
            .users = "[admin]\npassword = pw\nactions = SET FSD\ninstcmds = ALL\n[reader]\npassword = pw\n"
                     "[mon]\npassword = pw\nupsmon primary\n"};
}

// The words of a client behind those that say who it is.
inline std::vector<std::string> as_admin(const std::vector<std::string>& words)
{
    std::vector<std::string> all{"-u", "admin", "-p", "pw"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

// What Debian's client showed, as ours ends: with 1 when what it waited for (-w) has failed (D4).
inline Finished as_ours(Finished debians)
{
    if (debians.err.starts_with("ERR ") || debians.err.find("\nERR ") != std::string::npos)
        debians.exit_code = 1;
    return debians;
}

inline void expect_equal(const Finished& shown, const Finished& expected)
{
    EXPECT_FALSE(expected.out.empty() && expected.err.empty());
    EXPECT_EQ(shown.out, expected.out);
    EXPECT_EQ(shown.err, expected.err);
    EXPECT_EQ(shown.exit_code, expected.exit_code);
}

} // namespace upright::test
