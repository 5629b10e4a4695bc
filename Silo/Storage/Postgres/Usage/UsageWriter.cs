using System.Threading.Channels;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Usage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ControlPlane.Silo.Storage.Postgres.Usage;

/// <summary>The one writer of usage in this process. While a commit waits for the server the next group gathers, so no call ever waits on purpose.</summary>
internal sealed class UsageWriter : IAsyncDisposable
{
    private const int Attempts = 5;
    private readonly PostgresDatabase _database;
    private readonly PostgresStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<UsageWriter> _logger;
    private readonly Admission _room;
    private readonly Channel<UsageCall> _queue = Channel.CreateUnbounded<UsageCall>(new UnboundedChannelOptions { SingleReader = true });
    private readonly UsageDays _days;
    private readonly Task _working;
    private Line _line;
    private volatile bool _abandoned;

    public UsageWriter(PostgresDatabase database, TimeProvider time, ILogger<UsageWriter> logger)
    {
        _database = database;
        _options = database.Options;
        _time = time;
        _logger = logger;
        _room = new(_options.QueueCapacity, _options.BulkWait);
        _days = new(time);
        _line = new(_days);
        _working = Task.Run(WorkAsync);
    }

    public UsageDays Days => _days;

    /// <summary>Completes when the events are committed. A call that fails or is cancelled on the way has an unknown outcome.</summary>
    /// <exception cref="StoreBusyException">The queue stayed full.</exception>
    public async Task<UsageAppend> AppendAsync(IReadOnlyList<UsageEvent> events, CancellationToken cancellationToken)
    {
        _database.Enter();
        var call = new UsageCall(events);
        var units = _room.UnitsFor(events.Count);
        await _room.EnterAsync(units, cancellationToken);
        if (!_queue.Writer.TryWrite(call))
        {
            _room.Leave(units);
            throw new StoreUnavailableException("The PostgreSQL store is closed.");
        }

        try
        {
            return await call.Outcome.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            call.Abandon();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        try
        {
            await _working.WaitAsync(_options.DrainWait);
        }
        catch (TimeoutException)
        {
            _abandoned = true;
            _logger.DrainTimedOut();
        }
    }

    private async Task WorkAsync()
    {
        var calls = new List<UsageCall>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            Gather(calls);
            if (calls.Count > 0) await WriteAsync(calls);
            calls.Clear();
        }

        await _line.CloseAsync();
    }

    private void Gather(List<UsageCall> calls)
    {
        var rows = 0;
        while (calls.Count < _options.MaxCallsPerCommit && rows < _options.MaxRowsPerCommit && _queue.Reader.TryRead(out var call))
        {
            _room.Leave(_room.UnitsFor(call.Events.Count));
            if (!call.TryTake()) continue;
            calls.Add(call);
            rows += call.Events.Count;
        }
    }

    private async Task WriteAsync(IReadOnlyList<UsageCall> calls)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (_abandoned) throw new StoreUnavailableException("The PostgreSQL store is closed.");
                var generation = _database.Enter();
                if (await TryWriteAsync(calls, generation, last: attempt == Attempts)) return;
                await Task.Delay(TimeSpan.FromMilliseconds(10 * attempt * (1 + Random.Shared.NextDouble())));
            }
            catch (Exception e)
            {
                // Whatever happens, the writer lives on and nobody waits for ever; who has an answer already keeps it.
                foreach (var call in calls) call.Fail(PostgresFailure.Translate(e));
                return;
            }
        }
    }

    /// <summary>False when the group is worth another attempt.</summary>
    private async Task<bool> TryWriteAsync(IReadOnlyList<UsageCall> calls, long generation, bool last)
    {
        // Read anew for every attempt: which ids are duplicates may have changed.
        var group = new UsageGroup(calls);
        var began = _time.GetTimestamp();
        var line = _line;
        var work = line.CommitAsync(_database, group);
        try
        {
            group.Acknowledge(await _database.WaitAsync(work));
            return true;
        }
        catch (Exception e)
        {
            if (work.IsCompleted) await line.CloseAsync();
            else LeaveBehind(line, work);
            _database.Tell(e, generation, out var ours);
            if (PostgresFailure.IsOutOfReach(e) && line.Commit.Sent is { } sent
                && await LostCommit.WasCommittedAsync(_database, sent, _options.SettleLimit - _time.GetElapsedTime(began), _logger))
            {
                // Its number is lost with the answer. Number 0 makes no delta count: the next look at the store brings the figures up to date.
                group.Acknowledge(sequence: 0);
                return true;
            }

            if (!last && (PostgresFailure.IsPassing(e) || IsMissingDay(e))) return false;
            if (PostgresFailure.IsOfTheRows(e) && calls.Count > 1)
            {
                // One call brought the transaction down. The others are not to blame: each gets one of its own.
                foreach (var call in calls) await WriteAsync([call]);
                return true;
            }

            group.Fail(ours);
            return true;
        }
    }

    /// <summary>The driver still waits for a server that does not answer. Its connection and buffers are its own until it gives up; the writer takes new ones.</summary>
    private void LeaveBehind(Line line, Task work)
    {
        _line = new(_days);
        _ = work.ContinueWith(_ => line.CloseAsync(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    private bool IsMissingDay(Exception failure)
    {
        if (failure is not PostgresException { SqlState: PostgresErrorCodes.CheckViolation or PostgresErrorCodes.UndefinedTable }) return false;
        _days.Forget();
        return true;
    }

    /// <summary>A connection, and what is on its way over it.</summary>
    private sealed class Line(UsageDays days)
    {
        private NpgsqlConnection? _connection;

        public UsageCommit Commit { get; } = new(days);

        public async Task<long> CommitAsync(PostgresDatabase database, UsageGroup group)
        {
            Commit.Begin();
            _connection ??= await database.Source.OpenConnectionAsync();
            try
            {
                return await Commit.RunAsync(_connection, group, CancellationToken.None);
            }
            catch (InvalidOperationException e) when (PostgresFailure.IsBroken(_connection))
            {
                throw new IOException("The connection broke between two statements.", e);
            }
        }

        public async Task CloseAsync()
        {
            var connection = _connection;
            _connection = null;
            if (connection is null) return;
            try
            {
                await connection.DisposeAsync();
            }
            catch (Exception e) when (PostgresFailure.IsOutOfReach(e))
            {
                // It was broken; the pool has dropped it.
            }
        }
    }
}
