#include "drivers/upsim/pty_ups.hpp"

#include "drivers/upsim/line_fault.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>

namespace asio = boost::asio;

namespace upright::upsim {
namespace {

constexpr auto kReport = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kLongestQuestion = 64;
constexpr auto kSlowness = std::chrono::milliseconds(700); // within the second that drivers grant

Identity identity_of(const Rating& rating)
{
    Identity identity;
    identity.model = "SIM" + std::to_string(static_cast<int>(rating.watts));
    return identity;
}

} // namespace

PtyUps::PtyUps(const asio::any_io_executor& executor, std::string name, std::string link,
               std::string_view dialect, Rating rating, std::uint64_t seed, double time_scale)
    : SimulatedUps(std::move(name), std::move(link), rating, seed, time_scale), executor_(executor),
      device_(make_device(dialect, identity_of(rating))), delay_(executor), noise_(seed * 2 + 1)
{
}

Result<void> PtyUps::open()
{
    pty_.reset();
    auto made = Pty::open(executor_, place());
    if (!made)
        return made.error();
    pty_.emplace(std::move(*made));
    return {};
}

Result<void> PtyUps::set_fault(Fault fault)
{
    fault_ = fault;
    return {};
}

Result<void> PtyUps::drop()
{
    dropped_ = true;
    if (pty_)
        pty_->device().close();
    return {};
}

void PtyUps::start(TaskGroup& tasks) { tasks.spawn(name(), serve()); }

Fault::Kind PtyUps::take_fault()
{
    if (fault_.over(std::chrono::steady_clock::now()))
        fault_ = {};
    const auto kind = fault_.kind;
    if (fault_.answers && --*fault_.answers <= 0)
        fault_ = {};
    return kind;
}

std::optional<std::string> PtyUps::asked(std::string_view question, Fault::Kind fault)
{
    model().set_leaping(fault == Fault::Kind::leap);
    auto text = device_->answer(model(), question);
    model().set_leaping(false);
    return text ? std::optional(spoiled(fault, std::move(*text), noise_)) : std::nullopt;
}

asio::awaitable<Result<void>> PtyUps::answer(std::string_view question)
{
    ++questions_;
    const auto fault = take_fault();
    const auto text = asked(question, fault);
    if (!text || fault == Fault::Kind::mute)
        co_return Result<void>{};
    if (fault == Fault::Kind::slow) {
        delay_.expires_after(kSlowness);
        const auto [stopped] = co_await delay_.async_wait(kReport);
        if (stopped)
            co_return Error{stopped};
    }
    const auto bytes = asio::buffer(*text);
    const auto [failed, sent] = co_await asio::async_write(pty_->device(), bytes, kReport);
    if (failed)
        co_return Error{failed, place()};
    co_return Result<void>{};
}

asio::awaitable<Result<void>> PtyUps::serve()
{
    std::string question;
    std::array<char, 256> buffer{};
    for (;;) {
        const auto space = asio::buffer(buffer);
        const auto [failed, got] = co_await pty_->device().async_read_some(space, kReport);
        Result<void> done = failed ? Result<void>(Error{failed, place()}) : Result<void>{};
        for (std::size_t i = 0; done && i < got; ++i) {
            if (buffer[i] != '\r') {
                question.resize(std::min(question.size(), kLongestQuestion - 1));
                question += buffer[i];
                continue;
            }
            done = co_await answer(question);
            question.clear();
        }
        if (done)
            continue;
        if (!dropped_)
            co_return done.error();
        dropped_ = false;
        question.clear();
        if (const auto again = open(); !again)
            co_return again.error();
    }
}

} // namespace upright::upsim
