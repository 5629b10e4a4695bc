using ControlPlane.Grains;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres;

/// <summary>Whether the server is within reach. Once it is not, nobody else waits for it in vain: calls fail at once,
/// and one prober finds out when it is back.</summary>
/// <param name="probe">Whether what the store's calls need is there.</param>
/// <param name="knock">Whether anybody answers at all, over a connection of its own, however busy the others are.</param>
internal sealed class PostgresReach(
    Func<CancellationToken, Task> probe, Func<CancellationToken, Task> knock, PostgresStoreOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();

    // Completed while nobody answers, replaced with the return.
    private volatile TaskCompletionSource _silent = NewSignal();
    private int _knocking;

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

    /// <summary>Waits for a call, and no longer than for a server that answers: when the call takes its time, somebody knocks. A server that does not
    /// open costs every call that waits for it the same short time, whatever limits a driver has.</summary>
    /// <exception cref="TimeoutException">Nobody answers. The call goes on alone, and its outcome is unknown.</exception>
    public async Task<T> WaitAsync<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            var silent = _silent.Task;
            using var timeout = new CancellationTokenSource();
            await Task.WhenAny(call, silent, Task.Delay(options.SuspectAfter, time, timeout.Token));
            timeout.Cancel();
            if (call.IsCompleted) break;
            if (silent.IsCompleted)
            {
                _ = call.ContinueWith(static c => _ = c.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
                throw new TimeoutException("PostgreSQL does not answer.");
            }

            _ = KnockAsync();
        }

        return await call;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task KnockAsync()
    {
        if (Interlocked.Exchange(ref _knocking, 1) == 1) return;
        var generation = Volatile.Read(ref _generation);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(options.KnockLimit);
            await Task.Run(() => knock(limit.Token), CancellationToken.None).WaitAsync(options.KnockLimit, time);
        }
        catch (Exception e) when (e is not PostgresException || PostgresFailure.IsOutOfReach(e))
        {
            Failed(generation, e is OperationCanceledException ? new TimeoutException() : e);
            lock (_gate)
            {
                if (_lost) _silent.TrySetResult();
            }
        }
        catch (PostgresException)
        {
            // It has no room for us, or no welcome: it answers.
        }
        finally
        {
            Volatile.Write(ref _knocking, 0);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

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
                    if (_silent.Task.IsCompleted) _silent = NewSignal();
                    _lost = false;
                }

                logger.AnswersAgain(Math.Round(time.GetElapsedTime(lostAt).TotalSeconds, 1));
                return;
            }
            catch (Exception)
            {
                await Task.Delay(options.ProbeEvery, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
