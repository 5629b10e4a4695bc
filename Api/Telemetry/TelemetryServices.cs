using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ControlPlane.Api.Telemetry;

/// <summary>What others see of the product: meters and traces named <c>ControlPlane.*</c>.</summary>
internal static class TelemetryServices
{
    private const string Own = "ControlPlane.*";

    /// <summary>Meters of what the product stands on: grain calls, database connections, and requests and connections of the server.</summary>
    private static readonly string[] s_foundations =
    [
        "Microsoft.Orleans", "Npgsql", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections",
    ];

    private static readonly double[] s_seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public static void AddControlPlaneTelemetry(this WebApplicationBuilder builder)
    {
        var endpoint = builder.Configuration.GetSection(TelemetryOptions.OtlpSection).Get<OtlpOptions>()?.Address;
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("control-plane"));
        builder.Services.AddSingleton<StoreMetrics>();
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Own).AddMeter(s_foundations).AddRuntimeInstrumentation().AddPrometheusExporter(prometheus => prometheus.ScrapeResponseCacheDurationMilliseconds = 0);
            metrics.AddView(View);
            if (endpoint is not null) metrics.AddOtlpExporter(otlp => otlp.Endpoint = endpoint);
        });
        if (endpoint is null) return;
        telemetry.WithTracing(traces => traces.AddSource(Own).AddAspNetCoreInstrumentation(Sanitize).AddOtlpExporter(otlp => otlp.Endpoint = endpoint));
    }

    private static MetricStreamConfiguration? View(Instrument instrument)
    {
        // Gauges whose names end as those of histograms do: promtool refuses them. Nobody asks for those of the runtime.
        if (instrument.Name is "dotnet.assembly.count" or "dotnet.process.cpu.count" or "dotnet.timer.count") return MetricStreamConfiguration.Drop;
        if (instrument.Name == "db.client.connection.count") return new MetricStreamConfiguration { Name = "db.client.connection.open" };
        return instrument is Histogram<double> { Unit: "s" } ? new ExplicitBucketHistogramConfiguration { Boundaries = s_seconds } : null;
    }

    // Paths and queries may hold what a caller pasted by mistake: spans name routes, as logs do.
    private static void Sanitize(OpenTelemetry.Instrumentation.AspNetCore.AspNetCoreTraceInstrumentationOptions options)
    {
        options.RecordException = false;
        options.EnrichWithHttpResponse = (activity, response) => Sanitize(activity, response.HttpContext);
        options.EnrichWithException = (activity, _) => Sanitize(activity, null);
    }

    private static void Sanitize(Activity activity, HttpContext? context)
    {
        activity.SetTag("url.path", (context?.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(unmatched)");
        activity.SetTag("url.query", null);
        activity.SetTag("user_agent.original", null);
    }
}
