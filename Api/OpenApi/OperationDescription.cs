using ControlPlane.Api.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ControlPlane.Api.OpenApi;

/// <summary>Who may call an operation, and the trace header of its answers.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        Secure(operation, context);
        foreach (var described in operation.Responses?.Values.OfType<OpenApiResponse>() ?? [])
        {
            described.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            described.Headers[ResponseHeaders.TraceHeader] = new OpenApiHeader
            {
                Description = "W3C trace id, 32 lower-case hex characters.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{32}$" },
            };
        }

        return Task.CompletedTask;
    }

    private static void Secure(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Security = [];
            return;
        }

        if (metadata.OfType<IAuthorizeData>().Select(data => data.Policy).LastOrDefault(policy => policy is not null) is not { } role) return;
        operation.Security = [Requirement(DocumentDescription.Bearer), Requirement(DocumentDescription.Session)];
        operation.Description = $"Role: {role}. {operation.Description}".TrimEnd();

        OpenApiSecurityRequirement Requirement(string scheme) => new()
        {
            [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [],
        };
    }
}
