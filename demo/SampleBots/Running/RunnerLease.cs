using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Running;

/// <summary>A lease as its holder must count it: on the monotonic clock and the time that the host slept, from the moment the request went out that it
/// was granted to. The control plane counts from later on, so that this side always ends first. A wall clock that is set can only end it sooner.</summary>
/// <param name="token">Opens the gateway while the lease lives; null when there is none.</param>
internal sealed class RunnerLease(IHostClock clock, long epoch, LeaseTerms terms, HostMoment sentAt, string? token)
{
    private LeaseTerms _terms = terms;
    private HostMoment _sentAt = sentAt;

    /// <summary>Every act carries it: whoever acts under an older one is fenced.</summary>
    public long Epoch { get; } = epoch;

    public string? Token { get; } = token;

    /// <summary>False when renewing has failed for so long that another runner may soon be let in.</summary>
    public bool MayAct => AgeMs < _terms.StopByMs;

    public bool RenewalDue => AgeMs >= _terms.RenewEveryMs;

    private double AgeMs => clock.Read().ElapsedSince(_sentAt).TotalMilliseconds;

    public void Renewed(LeaseTerms terms, HostMoment sentAt) => (_terms, _sentAt) = (terms, sentAt);
}
