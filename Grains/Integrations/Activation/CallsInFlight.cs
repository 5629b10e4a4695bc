using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>Calls to the provider in flight: one at a time for all callers.</summary>
internal sealed class CallsInFlight
{
    public VerifyInFlight? Verify { get; set; }

    public Task? TestCall { get; set; }

    public Task? Any => TestCall ?? Verify?.Report;
}

/// <param name="Ended">Ends it with this verdict before the provider answers.</param>
internal sealed record VerifyInFlight(Task<VerifyReport> Report, TaskCompletionSource<VerifyVerdict> Ended, long StartedAt);
