// PtyUps: a UPS behind a pseudo terminal that speaks a dialect of the Megatec family. It owns the
// terminal, the device behind it and the faults of its line.
#pragma once

#include "drivers/upsim/dialects/qx_device.hpp"
#include "drivers/upsim/pty.hpp"
#include "drivers/upsim/simulated_ups.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <optional>
#include <string>

namespace upright::upsim {

class PtyUps final : public SimulatedUps {
public:
    // `dialect` must be one of dialects().
    PtyUps(const boost::asio::any_io_executor& executor, std::string name, std::string link,
           std::string_view dialect, Rating rating, std::uint64_t seed, double time_scale);

    Result<void> open() override;          // makes the pty and its link
    void start(TaskGroup& tasks) override; // answers whoever opens the pty

    Result<void> set_fault(Fault fault) override;
    Result<void> drop() override; // closes the pty, and makes a new one behind the same link

private:
    boost::asio::awaitable<Result<void>> serve();
    boost::asio::awaitable<Result<void>> answer(std::string_view question);
    Fault::Kind take_fault();
    std::optional<std::string> asked(std::string_view question, Fault::Kind fault);

    boost::asio::any_io_executor executor_;
    std::unique_ptr<QxDevice> device_;
    std::optional<Pty> pty_;
    boost::asio::steady_timer delay_;
    std::uint64_t noise_;
    bool dropped_ = false;
};

} // namespace upright::upsim
