using ControlPlane.Api.Hosting;

namespace ControlPlane.Api.Telemetry;

/// <summary><c>ControlPlane:Telemetry</c>.</summary>
internal static class TelemetryOptions
{
    public const string OtlpEndpoint = "ControlPlane:Telemetry:Otlp:Endpoint";

    /// <summary>Where traces and metrics are sent with OTLP over gRPC, or null: then nowhere.</summary>
    /// <exception cref="WrongSettingException">It is no address.</exception>
    public static Uri? Endpoint(IConfiguration configuration)
    {
        var text = configuration[OtlpEndpoint];
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0) return address;
        throw new WrongSettingException(
            "ControlPlane__Telemetry__Otlp__Endpoint", "must be a whole http or https address without a user, for example http://127.0.0.1:4317", "correct it, or remove it to send nothing");
    }
}
