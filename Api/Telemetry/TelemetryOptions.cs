namespace ControlPlane.Api.Telemetry;

/// <summary><c>ControlPlane:Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    public const string OtlpSection = "ControlPlane:Telemetry:Otlp";

    public OtlpOptions Otlp { get; set; } = new();
}
