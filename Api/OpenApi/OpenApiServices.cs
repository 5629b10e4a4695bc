using ControlPlane.Api.Security;
using Microsoft.OpenApi;

namespace ControlPlane.Api.OpenApi;

/// <summary>The description of the API at <c>/openapi/v1.json</c>, for viewers.</summary>
internal static class OpenApiServices
{
    private const string Document = "v1";

    public static IServiceCollection AddControlPlaneOpenApi(this IServiceCollection services) => services.AddOpenApi(Document, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.CreateSchemaReferenceId = SchemaNames.Of;
        options.AddDocumentTransformer<DocumentDescription>();
        options.AddOperationTransformer<OperationDescription>();
    });

    public static void MapControlPlaneOpenApi(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi("/openapi/{documentName}.json").RequireAuthorization(Roles.Viewer);
}
