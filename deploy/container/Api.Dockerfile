# From the repository's root: docker build -f deploy/container/Api.Dockerfile -t control-plane-api .
# A front end of a cluster: -e ControlPlane__Role=FrontEnd. Every node of a cluster is built from the same revision.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish Api -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN install -d -o app -g app -m 0700 /data
ENV ControlPlane__DataDirectory=/data ControlPlane__Secrets__Directory=/run/secrets
VOLUME /data
USER app
ENTRYPOINT ["dotnet", "Api.dll", "--urls", "http://0.0.0.0:5080"]
