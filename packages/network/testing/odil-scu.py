# odil as SCU of MPPS: N-CREATE, then N-SET. Usage: odil-scu.py PORT; prints the status of each response.
import sys
import odil

STEP = "1.2.840.10008.3.1.2.3.3"
association = odil.Association()
association.set_peer_host("127.0.0.1")
association.set_peer_port(int(sys.argv[1]))
Context = odil.AssociationParameters.PresentationContext
parameters = odil.AssociationParameters()
parameters.set_calling_ae_title("ODIL").set_called_ae_title("CONCORD")
parameters.set_presentation_contexts([Context(1, STEP, ["1.2.840.10008.1.2.1"], Context.Role.SCU)])
association.set_parameters(parameters)
association.associate()

step = odil.DataSet()
step.add("PerformedProcedureStepStatus", ["IN PROGRESS"])
step.add("PerformedStationAETitle", ["ODIL"])
create = odil.messages.NCreateRequest(1, STEP, step)
create.set_affected_sop_instance_uid("1.2.3.4.5")
association.send_message(create, STEP)
response = odil.messages.Response(association.receive_message())
print("N-CREATE %04x" % response.get_status(), flush=True)

change = odil.DataSet()
change.add("PerformedProcedureStepStatus", ["COMPLETED"])
association.send_message(odil.messages.NSetRequest(2, STEP, "1.2.3.4.5", change), STEP)
response = odil.messages.Response(association.receive_message())
print("N-SET %04x" % response.get_status(), flush=True)
association.release()
