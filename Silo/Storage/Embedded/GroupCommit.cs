namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Runs calls in one transaction, each within its own savepoint, and acknowledges them after the commit.</summary>
internal sealed class GroupCommit(Func<SqliteSession> open, WriterHealth health) : IDisposable
{
    private SqliteSession? _session;

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
    }

    public void Dispose() => _session?.Dispose();

    /// <summary>False when one of several calls took the whole transaction with it, and only that one was told.</summary>
    private bool TryTogether(List<WriteCall> calls)
    {
        WriteCall? current = null;
        try
        {
            var session = _session ??= open();
            session.Prepare("BEGIN IMMEDIATE").Run();
            foreach (var call in calls)
            {
                current = call;
                RunApart(session, call);
            }

            current = null;
            session.Prepare("COMMIT").Run();
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

        _session.Dispose();
        _session = null;
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
