using ControlPlane.Grains;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Whether the server is within reach. Once it is not, nobody else waits for it in vain: calls fail at once,
/// and one prober finds out when it is back.</summary>
internal sealed class PostgresReach(Func<CancellationToken, Task> probe, TimeSpan probeEvery, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();

    // Grows with every return. A failure of a call from before the last return says nothing about now.
    private long _generation;
    private volatile bool _lost;

    /// <summary>For <see cref="Failed"/>: taken before a call.</summary>
    /// <exception cref="StoreUnavailableException">The server is out of reach.</exception>
    public long Enter() => _lost ? throw new StoreUnavailableException("PostgreSQL does not answer.") : Volatile.Read(ref _generation);

    /// <summary>A call that entered at <paramref name="generation"/> found the server out of reach.</summary>
    public void Failed(long generation, Exception failure)
    {
        lock (_gate)
        {
            if (_lost || generation != _generation || _stop.IsCancellationRequested) return;
            _lost = true;
        }

        logger.OutOfReach(PostgresFailure.Translate(failure).Message, PostgresFailure.Code(failure));
        _ = ProbeUntilBackAsync(time.GetTimestamp());
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task ProbeUntilBackAsync(long lostAt)
    {
        var stop = _stop.Token;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await probe(stop);
                lock (_gate)
                {
                    _generation++;
                    _lost = false;
                }

                logger.AnswersAgain(Math.Round(time.GetElapsedTime(lostAt).TotalSeconds, 1));
                return;
            }
            catch (Exception)
            {
                await Task.Delay(probeEvery, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
