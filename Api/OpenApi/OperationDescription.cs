using ControlPlane.Api.Http;
using ControlPlane.Api.SystemControl;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ControlPlane.Api.OpenApi;

/// <summary>Who may call an operation, and the trace header of its answers.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        Secure(operation, context);
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<KillEndpoint>().Any())
        {
            // Told here: as the endpoint's own metadata it would refuse bodies of other types.
            var schema = await context.GetOrCreateSchemaAsync(typeof(KillRequest), cancellationToken: cancellationToken);
            operation.RequestBody = new OpenApiRequestBody
            {
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [System.Net.Mime.MediaTypeNames.Application.Json] = new() { Schema = schema } },
            };
        }

        foreach (var described in operation.Responses?.Values.OfType<OpenApiResponse>() ?? [])
        {
            described.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            described.Headers[ResponseHeaders.TraceHeader] = new OpenApiHeader
            {
                Description = "W3C trace id, 32 lower-case hex characters.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{32}$" },
            };
        }
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
