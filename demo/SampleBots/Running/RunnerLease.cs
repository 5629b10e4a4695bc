using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Running;

/// <summary>A lease as its holder must count it: on the monotonic clock, from the moment the request went out that it was granted to.
/// The control plane counts from later on, so that this side always ends first. No wall clock is asked.</summary>
internal sealed class RunnerLease(TimeProvider time, long epoch, LeaseTerms terms, long sentAt)
{
    private LeaseTerms _terms = terms;
    private long _sentAt = sentAt;

    /// <summary>Every act carries it: whoever acts under an older one is fenced.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>False when renewing has failed for so long that another runner may soon be let in.</summary>
    public bool MayAct => AgeMs < _terms.StopByMs;

    public bool RenewalDue => AgeMs >= _terms.RenewEveryMs;

    private double AgeMs => time.GetElapsedTime(_sentAt).TotalMilliseconds;

    public void Renewed(LeaseTerms terms, long sentAt) => (_terms, _sentAt) = (terms, sentAt);
}
