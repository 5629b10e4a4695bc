using System.Collections.Concurrent;
using ControlPlane.Grains;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Read-only connections, kept open with their prepared statements.</summary>
internal sealed class ReadPool(EmbeddedStoreOptions options, ILogger logger) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _free = new(options.Readers, options.Readers);
    private volatile bool _closed;

    /// <summary>Runs the work on the thread pool: SQLite blocks, and a grain's turn must not.</summary>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        if (!await _free.WaitAsync(options.ControlWait, cancellationToken))
        {
            throw new StoreBusyException();
        }

        try
        {
            return await Task.Run(() => Read(work, cancellationToken), cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_idle.TryTake(out var session))
        {
            session.Dispose();
        }
    }

    private T Read<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        SqliteSession? session = null;
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            session = _idle.TryTake(out var idle) ? idle : SqliteSession.OpenReader(options);
            var result = Interruptibly(session, work, cancellationToken);
            session.Rest();
            Return(session);
            return result;
        }
        catch (Exception e)
        {
            session?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw Tell(e);
        }
    }

    // Disposing the registration waits for a callback that runs, so that no interrupt hits the next reader.
    private static T Interruptibly<T>(SqliteSession session, Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        using var registration = cancellationToken.UnsafeRegister(static s => ((SqliteSession)s!).Interrupt(), session);
        return work(session);
    }

    private void Return(SqliteSession session)
    {
        _idle.Add(session);
        if (_closed)
        {
            Dispose();
        }
    }

    private Exception Tell(Exception failure)
    {
        if (failure is ObjectDisposedException)
        {
            return new StoreUnavailableException("The embedded store is closed.");
        }

        var ours = SqliteFailure.Translate(failure);
        if (ours is StoreUnavailableException)
        {
            logger.ReadingFailed(ours.Message, (failure as SqliteException)?.SqliteExtendedErrorCode);
        }

        return ours;
    }
}
