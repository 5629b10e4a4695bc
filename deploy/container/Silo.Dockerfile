# From the repository's root: docker build -f deploy/container/Silo.Dockerfile -t control-plane-silo .
# It listens on every address of the container; the others reach it under the one that the operator names, which every silo needs:
#   docker run -e ControlPlane__Silo__Address=10.0.0.11 -p 10.0.0.11:11111:11111 -p 10.0.0.11:30000:30000 ... control-plane-silo
# It answers /healthz and /readyz on 8081, for probes.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish Silo -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
RUN install -d -o app -g app -m 0700 /data
ENV ControlPlane__DataDirectory=/data ControlPlane__Secrets__Directory=/run/secrets ControlPlane__Silo__ListenAddress=0.0.0.0 ControlPlane__Silo__HealthPort=8081
VOLUME /data
USER app
ENTRYPOINT ["dotnet", "Silo.dll"]
