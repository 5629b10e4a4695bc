using ControlPlane.Grains.Storage.Trust;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Runs calls in one transaction, each within its own savepoint, and acknowledges them after the commit.</summary>
internal sealed class GroupCommit(Func<SqliteSession> open, StoreFileGuard guard, WriterHealth health) : IDisposable
{
    private const int CheckpointPages = 4000;
    private SqliteSession? _session;
    private long _pages;

    public void Execute(List<WriteCall> calls)
    {
        if (!TryTogether(calls))
        {
            // One call brought the transaction down. The others are not to blame: each gets one of its own.
            foreach (var call in calls.Where(c => !c.Failed))
            {
                TryTogether([call]);
            }
        }

        Checkpoint();
    }

    public void Dispose() => Close();

    /// <summary>False when one of several calls took the whole transaction with it, and only that one was told.</summary>
    private bool TryTogether(List<WriteCall> calls)
    {
        WriteCall? current = null;
        try
        {
            // Before, so that nothing is written over another file; after, so that nothing is acknowledged that went into a lost one.
            guard.Check();
            var session = _session ??= open();
            session.Prepare("BEGIN IMMEDIATE").Run();
            foreach (var call in calls)
            {
                current = call;
                RunApart(session, call);
            }

            current = null;
            session.Prepare("COMMIT").Run();
            guard.Check();
        }
        catch (Exception e)
        {
            Abort(e);
            FailAll(current is null ? calls : [current], e);
            return current is null;
        }

        health.Committed(whole: !calls.Exists(c => c.Failed));
        foreach (var call in calls.Where(c => !c.Failed))
        {
            call.Acknowledge();
        }

        return true;
    }

    private void RunApart(SqliteSession session, WriteCall call)
    {
        session.Prepare("SAVEPOINT one_call").Run();
        try
        {
            call.Run(session);
            session.Prepare("RELEASE one_call").Run();
        }
        catch (Exception e) when (session.InTransaction)
        {
            session.Prepare("ROLLBACK TO one_call").Run();
            session.Prepare("RELEASE one_call").Run();
            FailAll([call], e);
        }
    }

    // After a failed commit nobody knows what the connection still believes: a new one asks the file.
    private void Abort(Exception failure)
    {
        if (_session is null)
        {
            return;
        }

        if (SqliteFailure.IsLocked(failure) && !_session.InTransaction)
        {
            return;
        }

        Close();
    }

    /// <summary>The last connection to close folds the log into the file: never into one that is not ours.</summary>
    private void Close()
    {
        if (_session is null) return;
        var ours = IsOurs();
        if (!ours) _session.KeepLogApart();
        _session.Dispose();
        _session = null;
        if (ours) guard.Settle();
    }

    private bool IsOurs()
    {
        try
        {
            guard.Check();
            return true;
        }
        catch (StoreReplacedException)
        {
            return false;
        }
    }

    /// <summary>Folds the log into the file once it has grown. SQLite would do so within a commit, where nobody could tell its change of the file
    /// from somebody else's.</summary>
    private void Checkpoint()
    {
        if (_session is not { } session || (_pages += session.PagesWritten()) < CheckpointPages || !IsOurs()) return;
        try
        {
            if (session.Checkpoint()) _pages = 0;
        }
        catch (SqliteException)
        {
            // A full disk: the log goes on growing, and the next commit tries again.
        }

        guard.Settle();
    }

    private void FailAll(IEnumerable<WriteCall> calls, Exception failure)
    {
        var ours = SqliteFailure.Translate(failure);
        foreach (var call in calls.Where(c => !c.Failed))
        {
            call.Fail(ours);
            health.Failed(failure);
        }
    }
}
