using ControlPlane.Api.Hosting;
using ControlPlane.Api.Session;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace ControlPlane.Api.OpenApi;

/// <summary>What holds for every call.</summary>
internal sealed class DocumentDescription(IOptions<ApiOptions> options) : IOpenApiDocumentTransformer
{
    internal const string Bearer = "bearer";
    internal const string Session = "session";

    private const string Text =
        "JSON with snake_case fields. Instants are UTC ISO 8601 with a Z; durations end in _ms or _s. Every answer has X-Trace-Id, and every JSON "
        + "object answered has the same trace_id. Errors are RFC 9457 problems with a code. A figure that could not be read is null and is named in "
        + "'unavailable'; it is never 0. Roles: viewer reads; runner also reports, runs and tightens bots and engages kill switches; operator may all. "
        + "Bodies: 10 MiB for usage events, 1 MiB otherwise; 32 levels of nesting; a field that stands there twice, or has a value of another type, is refused. Fields that nobody reads are named in the answer: ignored: [names], which is absent when there are none.";

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo { Title = options.Value.Demo ? "Control Plane (DEMO)" : "Control Plane", Version = "v1", Description = Text };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "One of the three access tokens." },
            [Session] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = SessionCookie.Name,
                Description = "Set by POST /api/session. A write needs the page's own Origin too.",
            },
        };
        return Task.CompletedTask;
    }
}
