#include "common/client/login.hpp"

#include "common/client/prompt.hpp"

#include <fmt/format.h>

#include <cstring>
#include <pwd.h>
#include <unistd.h>

namespace upright {
namespace {

Result<std::string> ask_user(std::FILE* prompts)
{
    const passwd* const account = ::getpwuid(::getuid()); // NOLINT(concurrency-mt-unsafe)
    if (account == nullptr)
        return Error{Errc::invalid_argument, "No username available: give one with -u"};
    const std::string name = account->pw_name;
    auto typed = ask_line(fmt::format("Username ({}): ", name), prompts);
    if (typed && typed->empty())
        return name;
    return typed;
}

} // namespace

std::string take_secret(char* argument)
{
    std::string secret = argument;
    std::memset(argument, 'x', secret.size());
    return secret;
}

Result<Login> find_login(const LoginOptions& options, const Credentials& file, std::FILE* prompts)
{
    auto user = options.user ? Result<std::string>(*options.user)
                : file.user  ? Result<std::string>(*file.user)
                             : ask_user(prompts);
    if (!user)
        return user.error();
    const bool files = file.password && file.user.value_or(*user) == *user;
    auto password = options.password ? Result<std::string>(*options.password)
                    : files          ? Result<std::string>(*file.password)
                                     : ask_secret("Password: ");
    if (!password)
        return password.error();
    return Login{*std::move(user), *std::move(password)};
}

} // namespace upright
