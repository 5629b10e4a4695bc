using ControlPlane.Grains;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>The one writer. While a commit waits for the disk the next group gathers, so no call ever waits on purpose.</summary>
internal sealed class GroupCommitWriter
{
    private readonly EmbeddedStoreOptions _options;
    private readonly ILogger _logger;
    private readonly WriteQueue _queue;
    private readonly Func<SqliteSession> _open;
    private readonly StoreFileGuard _guard;
    private readonly WriterHealth _health;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _abandoned;

    public GroupCommitWriter(EmbeddedStoreOptions options, Func<SqliteSession> open, StoreFileGuard guard, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _queue = new WriteQueue(options);
        (_open, _guard) = (open, guard);
        _health = new WriterHealth(logger);

        // A thread of its own: SQLite blocks, and on the pool it would starve the grains of a small machine.
        new Thread(Work) { IsBackground = true, Name = "embedded-store-writer" }.Start();
    }

    public long Commits => _health.Commits;

    /// <summary>Completes when the work is on disk. A call that fails or is cancelled on the way has an unknown outcome.</summary>
    /// <param name="rows">Roughly how many rows it writes.</param>
    /// <param name="work">May run more than once; only its last result counts.</param>
    public async Task<T> ExecuteAsync<T>(WriteLane lane, int rows, Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        var call = new WriteCall<T>(lane, rows, work);
        await _queue.EnqueueAsync(call, cancellationToken);
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

    /// <summary>Takes no more calls, writes what is queued, and gives up on the rest after the drain's time.</summary>
    /// <returns>False when it gave up; a commit may still be under way.</returns>
    public async Task<bool> StopAsync()
    {
        _queue.Close();
        try
        {
            await _ended.Task.WaitAsync(_options.DrainWait);
            return true;
        }
        catch (TimeoutException)
        {
            _abandoned = true;
            _logger.DrainTimedOut();
            return false;
        }
    }

    private void Work()
    {
        using (var commit = new GroupCommit(_open, _guard, _health))
        {
            WriteAll(commit);
        }

        _ended.SetResult();
    }

    private void WriteAll(GroupCommit commit)
    {
        var group = new List<WriteCall>(_options.MaxCallsPerCommit);
        while (_queue.Take(out var first))
        {
            Gather(first, group);
            Write(commit, group);
            group.Clear();
        }
    }

    private void Write(GroupCommit commit, List<WriteCall> group)
    {
        try
        {
            if (_abandoned)
            {
                throw new StoreUnavailableException("The embedded store is closed.");
            }

            if (group.Count > 0)
            {
                commit.Execute(group);
            }
        }
        catch (Exception e)
        {
            // Whatever happens, the thread lives on and nobody waits for ever; who has an answer already keeps it.
            group.ForEach(call => call.Fail(SqliteFailure.Translate(e)));
        }
    }

    private void Gather(WriteCall first, List<WriteCall> group)
    {
        var rows = 0;
        WriteCall? next = first;
        while (next is not null)
        {
            if (next.TryTake())
            {
                group.Add(next);
                rows += next.Rows;
            }

            if (group.Count >= _options.MaxCallsPerCommit || rows >= _options.MaxRowsPerCommit || !_queue.TryTake(out next))
            {
                return;
            }
        }
    }
}
