using System.Net.Mime;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Http;

/// <summary>What an endpoint says about itself, in one line each.</summary>
internal static class EndpointMetadata
{
    /// <summary>Adds the problems that an endpoint may answer with.</summary>
    public static RouteHandlerBuilder MayFail(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses) endpoint.Produces<Problem>(status, ProblemResult.MediaType);
        return endpoint;
    }

    /// <summary>The endpoint takes JSON of this type.</summary>
    public static RouteHandlerBuilder Takes<T>(this RouteHandlerBuilder endpoint, bool optional = false)
        where T : notnull => endpoint.Accepts<T>(optional, MediaTypeNames.Application.Json);
}
