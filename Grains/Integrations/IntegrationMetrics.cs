using System.Diagnostics;
using System.Diagnostics.Metrics;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations;

/// <summary>The meter and the traces <c>ControlPlane.Integrations</c>.</summary>
internal static class IntegrationMetrics
{
    public const string Name = "ControlPlane.Integrations";
    private static readonly ActivitySource s_traces = new(Name);
    private static readonly Meter s_meter = new(Name);
    private static readonly Counter<long> s_verifies = s_meter.CreateCounter<long>("controlplane.verifications", "{verification}", "Verifications of integrations by their verdicts.");
    private static readonly Histogram<double> s_duration = s_meter.CreateHistogram<double>("controlplane.verification.duration", "s", "How long verifications took.");

    private static readonly Gauge<long> s_skew = s_meter.CreateGauge<long>("controlplane.provider.clock_skew", "s", "The provider's clock less ours, from the Date of its last answer.");

    public static void ClockSkew(string provider, int seconds) => s_skew.Record(seconds, new TagList { { "provider", provider } });

    /// <summary>A span of its own, as verifies carry no trace to their provider; null when nobody listens.</summary>
    public static Activity? StartVerify(string provider) => s_traces.StartActivity("verify")?.SetTag("controlplane.provider", provider);

    public static void Verified(string provider, VerifyStatus status, TimeSpan took)
    {
        s_verifies.Add(1, new TagList { { "provider", provider }, { "status", Word(status) } });
        s_duration.Record(took.TotalSeconds, new TagList { { "provider", provider } });
    }

    private static string Word(VerifyStatus status) => status switch
    {
        VerifyStatus.Valid => "valid",
        VerifyStatus.ValidLimited => "valid_limited",
        VerifyStatus.ValidBilling => "valid_billing",
        VerifyStatus.Invalid => "invalid",
        VerifyStatus.WrongEnvironment => "wrong_environment",
        VerifyStatus.Locked => "locked",
        _ => "inconclusive",
    };
}
