using System.Collections.Concurrent;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Tests.Host;

internal sealed class FakeAudit : IAuditGrain
{
    public ConcurrentQueue<AuditFact> Facts { get; } = new();
    /// <summary>Takes everything and answers nobody.</summary>
    public bool Hanging { get; set; }
    public bool Unwritable { get; set; }

    public Task<AuditEntry> Append(AuditFact fact)
    {
        if (Unwritable) throw new IOException("disk full");
        Facts.Enqueue(fact);
        return Task.FromResult(new AuditEntry(Facts.Count, fact, new string('0', 64), new string('1', 64)));
    }

    public Task AppendEventually(AuditFact fact)
    {
        if (Unwritable) throw new IOException("disk full");
        Facts.Enqueue(fact);
        return Hanging ? new TaskCompletionSource().Task : Task.CompletedTask;
    }

    public (long? Sequence, string? Hash) Expected { get; private set; }

    public Task<AuditCheck> CheckAgainst(long? sequence, string? hash)
    {
        Expected = (sequence, hash);
        return Check();
    }

    public AuditCheck? Found { get; set; }

    public Task<AuditCheck> Check() => Task.FromResult(Found ?? new AuditCheck(true, Facts.Count, null, null, new string('1', 64)));
}
