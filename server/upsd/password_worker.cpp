#include "server/upsd/password_worker.hpp"

#include "common/password/password.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace asio = boost::asio;

namespace upright::upsd {

PasswordWorker::PasswordWorker(asio::any_io_executor executor)
    : executor_(std::move(executor)), alive_(std::make_shared<PasswordWorker*>(this))
{
}

PasswordWorker::~PasswordWorker()
{
    *alive_ = nullptr;
    if (thread_)
        thread_->join();
}

void PasswordWorker::check(std::uint64_t job, const asio::ip::address& from, std::string hash,
                           std::string password, Done done)
{
    waiting_[from].push_back({job, std::move(hash), std::move(password), std::move(done)});
    if (!running_)
        start_next();
}

void PasswordWorker::cancel(std::uint64_t job)
{
    if (running_ && running_->id == job)
        running_->done = [](bool) {};
    for (auto it = waiting_.begin(); it != waiting_.end();) {
        std::erase_if(it->second, [&](const Job& waiting) { return waiting.id == job; });
        it = it->second.empty() ? waiting_.erase(it) : std::next(it);
    }
}

void PasswordWorker::start_next()
{
    if (waiting_.empty())
        return;
    auto turn = waiting_.upper_bound(last_);
    if (turn == waiting_.end())
        turn = waiting_.begin();
    last_ = turn->first;
    running_ = std::make_unique<Job>(std::move(turn->second.front()));
    turn->second.pop_front();
    if (turn->second.empty())
        waiting_.erase(turn);

    if (!thread_)
        thread_ = std::make_unique<asio::thread_pool>(1);
    asio::post(*thread_,
               [executor = executor_, alive = alive_, hash = running_->hash, secret = running_->password] {
                   const bool right = password::matches(secret, hash);
                   asio::post(executor, [alive, right] {
                       if (*alive != nullptr)
                           (*alive)->finished(right);
                   });
               });
}

void PasswordWorker::finished(bool right)
{
    const auto job = std::exchange(running_, nullptr);
    start_next();
    job->done(right);
}

} // namespace upright::upsd
