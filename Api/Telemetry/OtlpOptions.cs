namespace ControlPlane.Api.Telemetry;

/// <summary>Where traces and metrics are sent with OTLP over gRPC.</summary>
public sealed class OtlpOptions
{
    /// <summary>Null or blank: nowhere.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Null when the endpoint is not set, or no whole http or https address without a user.</summary>
    internal Uri? Address =>
        Uri.TryCreate(Endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0 ? address : null;
}
