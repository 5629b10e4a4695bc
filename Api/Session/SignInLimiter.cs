using ControlPlane.Api.Hosting;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Session;

/// <summary>Counts bad sign-ins of an address over the last minute. An address over the limit is refused whatever it brings:
/// otherwise guesses could go on and the right one would still be told apart. Bearer tokens never pass here, so it can't delay a kill.</summary>
internal sealed class SignInLimiter(IOptions<ApiOptions> options, TimeProvider time)
{
    /// <summary>Addresses that are remembered at most. When all are in use, a new one is refused until a minute has passed.</summary>
    internal const int MaxAddresses = 20_000;

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, Queue<long>> _attempts = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Takes one attempt of the address, to be given back by <see cref="Forgive"/> when it was good.
    /// Taken first and given back later, so that attempts made at the same time count too.</summary>
    /// <returns>Null, or how long to wait.</returns>
    public TimeSpan? Take(string address)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            if (!_attempts.TryGetValue(address, out var attempts))
            {
                if (_attempts.Count >= MaxAddresses) Prune(now);
                if (_attempts.Count >= MaxAddresses) return s_window;
                _attempts.Add(address, attempts = new Queue<long>());
            }

            Expire(attempts, now);
            if (attempts.Count >= options.Value.Session.BadSignInsPerMinute)
                return s_window - time.GetElapsedTime(attempts.Peek(), now);
            attempts.Enqueue(now);
            return null;
        }
    }

    /// <summary>The attempt was a good one.</summary>
    public void Forgive(string address)
    {
        lock (_lock)
        {
            if (!_attempts.TryGetValue(address, out var attempts)) return;
            attempts.TryDequeue(out _);
            if (attempts.Count == 0) _attempts.Remove(address);
        }
    }

    private void Prune(long now)
    {
        foreach (var (address, attempts) in _attempts)
        {
            Expire(attempts, now);
            if (attempts.Count == 0) _attempts.Remove(address);
        }
    }

    private void Expire(Queue<long> attempts, long now)
    {
        while (attempts.TryPeek(out var oldest) && time.GetElapsedTime(oldest, now) >= s_window) attempts.Dequeue();
    }
}
